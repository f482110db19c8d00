/** What the demo's apps ask, and what the mocked providers answer. None of it is kept by Sluice. */
export type Conversation = { system: string; question: string; answer: string };

export const conversations: Conversation[] = [
  {
    system: "You are the booking assistant of a travel agency. Be brief.",
    question: "Is there still a sleeper from Hamburg to Stockholm on 14 June for two adults and a bicycle?",
    answer:
      "Yes: the night train at 19:56 has a compartment for two, and one bicycle space is left. It arrives at 09:25. Shall I hold both for you until tomorrow noon?",
  },
  {
    system: "Answer questions about parcels from the tracking data given.",
    question: "Where is consignment TL-4471-88? It was due in Pune on Tuesday.",
    answer:
      "It left the hub in Nagpur at 06:10 this morning after a delay at the state border and is expected in Pune tomorrow before 13:00.",
  },
  {
    system: "You help customers of an online shop to find what fits them.",
    question: "I want a light tent for two that stands up to wind on the coast. What would you take?",
    answer:
      "Take one with crossed poles and a low profile. The Kea 2 weighs 1.9 kg, has eight guy points and stands at gusts of 70 km/h; the Tui 2 is lighter but better suited to the bush.",
  },
  {
    system: "Summarise clauses in plain words, with the risks first.",
    question:
      "Summarise clause 14.2: the supplier may vary the charges on thirty days' notice where its input costs rise.",
    answer:
      "Risk: the price can go up at any time, without a cap, on a month's notice. Only a rise of the supplier's own costs allows it, but nothing obliges the supplier to prove it. Ask for a cap, evidence and a right to leave.",
  },
  {
    system: "أنت محرر لغوي. صحح النص باختصار.",
    question: "راجع هذه الجملة: صدرت الطبعة الثانيه من الكتاب في معرض هذا العام.",
    answer: "صدرت الطبعة الثانية من الكتاب في معرض هذا العام. (صُحِّحت كتابة التاء المربوطة في «الثانية».)",
  },
  {
    system: "家電メーカーのサポート担当として、簡潔に丁寧に答えてください。",
    question: "冷蔵庫の表示パネルに H21 と出ています。どうすればいいですか。",
    answer:
      "H21 は庫内ファンの異常を示します。電源プラグを抜いて十分ほど待ち、もう一度差し込んでください。再び表示される場合は、型番をお知らせいただければ修理の日程をご案内します。",
  },
  {
    system: "Tu conseilles les clientes d'une boutique de parfums.",
    question: "Je cherche un parfum frais pour l'été, sans vanille, moins de 80 euros.",
    answer:
      "Essayez Verveine d'Uzès : citron, verveine et une touche de cèdre, 68 € les 50 ml. Si vous aimez le figuier, Ombre Verte est un peu plus ronde, sans vanille non plus.",
  },
  {
    system: "Sos el asistente de una aseguradora. Respondé en dos frases.",
    question: "Choqué estacionado y el otro conductor se fue. ¿Qué hago primero?",
    answer:
      "Sacá fotos de los daños y de la calle, y hacé la denuncia dentro de las 72 horas desde la aplicación. Con el número de denuncia te asignamos un perito en el día.",
  },
];

/** About what the models' tokenizers make of it. */
export function countRoughly(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}
