// The words of the page without a network, and the way back.
"use strict";

const WORDS = {
  ar: ["لا يوجد اتصال", "لا يصل هذا الجهاز إلى أي شبكة. تعود الصفحة من تلقاء نفسها حين يتصل.", "حاول مرة أخرى"],
  de: ["Keine Verbindung", "Dieses Gerät erreicht kein Netz. Die Seite kommt von selbst zurück, sobald es eins hat.", "Noch einmal versuchen"],
  es: ["Sin conexión", "Este dispositivo no llega a ninguna red. La página vuelve sola en cuanto lo haga.", "Intentar de nuevo"],
  fr: ["Pas de connexion", "Cet appareil n’atteint aucun réseau. La page reviendra d’elle-même.", "Réessayer"],
  ja: ["接続されていません", "この端末はネットワークに接続していません。接続が戻ると、ページは自動的に表示されます。", "再試行"],
};

function cookie(name) {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return pair ? pair.slice(name.length + 1) : "";
}

const root = document.documentElement;
const wishes = [cookie("rivulet_language"), ...navigator.languages].map((tag) => tag.split("-")[0]);
const language = wishes.find((tag) => tag === "en" || tag in WORDS);
const theme = cookie("rivulet_theme");
if (theme === "dark" || theme === "light") root.dataset.theme = theme;

if (language in WORDS) {
  const [title, detail, again] = WORDS[language];
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
  document.title = title;
  document.getElementById("title").textContent = title;
  document.getElementById("detail").textContent = detail;
  document.getElementById("again").textContent = again;
}

const load = () => location.reload();
document.getElementById("again").addEventListener("click", load);
addEventListener("online", load);
