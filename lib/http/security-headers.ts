type PageHeaders = { nonce: string; secure: boolean; development: boolean };

const yearSeconds = 365 * 24 * 60 * 60;

/** What a page may load and who may frame it. Scripts run only with this page's nonce, or when such a script loads them. */
function contentSecurityPolicy({ nonce, secure, development }: PageHeaders): string {
  const directives = [
    "default-src 'self'",
    // React's development build rebuilds the server's stack traces with `eval`.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    // Widths of bars, places of menus: attributes that React renders. They run nothing.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(secure ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}

/** The headers of a page that are known only when it is asked for. Once seen over https, the host is never asked without. */
export function pageHeaders(page: PageHeaders): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(page),
    ...(page.secure && { "strict-transport-security": `max-age=${yearSeconds}` }),
  };
}

const unusedFeatures = ["camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics"];

/** The headers of everything but the proxy's answers, which are the provider's. */
export const commonHeaders: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": unusedFeatures.map((feature) => `${feature}=()`).join(", "),
};

/** For answers that are data: shown as a page, they can do nothing. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'";
