// Plain JavaScript, as all that runs before anything is installed.

/**
 * Whether what npm last installed (`found`) is what the lockfile says (`wanted`), both by the packages' folders, and is there.
 * Packages for other machines may be missing.
 */
export function areInstalled({ wanted, found, isThere }) {
  return Object.entries(wanted).every(([folder, { version, optional }]) => {
    if (folder === "") return true;
    if (!(folder in found)) return optional === true;
    return found[folder].version === version && isThere(folder);
  });
}
