import { expect, it } from "vitest";
import { MODES, person, said } from "@/lib/testing/chat-samples";
import {
  applyEvents,
  type Chat,
  MAX_ROWS,
  type MessageRow,
  missed,
  pause,
  resume,
  SILENT,
  withEarlier,
  withPresence,
} from "./model";

const ana = person("Ana");
const bo = person("Bo");
const quiet: Chat = { ...SILENT, you: ana, modes: MODES };

function texts(chat: Chat): string[] {
  return chat.rows.map((row) =>
    row.row === "message" ? `${row.message.text}${row.deleted ? `!${row.deleted}` : ""}` : row.note.what,
  );
}

function messages(chat: Chat): MessageRow[] {
  return chat.rows.flatMap((row) => (row.row === "message" ? [row] : []));
}

it("groups what one person says in a row, five lines at most", () => {
  const chat = applyEvents(quiet, [...Array.from({ length: 6 }, (_, n) => said(bo, `${n}`)), said(ana, "x")]);
  expect(messages(chat).map(({ group }) => group)).toEqual([0, 1, 2, 3, 4, 0, 0]);
});

it("begins a group anew for answers, and after a while", () => {
  const later = said(bo, "later");
  const answer = said(bo, "b", { reply_to: { id: "m", author_name: "Ana", excerpt: "" } });
  const chat = applyEvents(quiet, [said(bo, "a"), answer, { ...later, at: "2026-03-01T20:00:00Z" }]);
  expect(messages(chat).map(({ group }) => group)).toEqual([0, 0, 0]);
});

it("says once what arrives twice", () => {
  const hello = said(bo, "hello");
  expect(texts(applyEvents(quiet, [hello, hello]))).toEqual(["hello"]);
});

it("knows what is for the reader: their name, or an answer to them", () => {
  const chat = applyEvents(quiet, [
    said(bo, "@ana hi", { mentions: ["ana"] }),
    said(bo, "yes", { reply_to: { id: "m", author_name: "Ana", excerpt: "?" } }),
    said(bo, "others"),
    said(ana, "@ana me", { mentions: ["ana"] }),
  ]);
  expect(messages(chat).map(({ forYou }) => forYou)).toEqual([true, true, false, false]);
});

it("holds back what comes while somebody reads, counts it, and still takes away what is deleted", () => {
  const first = said(bo, "first");
  const second = said(bo, "second");
  let chat = pause(applyEvents(quiet, [first]));
  chat = applyEvents(chat, [
    second,
    said(bo, "@ana", { mentions: ["Ana"] }),
    { kind: "deleted", seq: 99, at: first.at, ids: [first.id, second.id], by: "moderator" },
  ]);
  expect(texts(chat)).toEqual(["first!moderator"]);
  expect(chat.unread).toEqual({ count: 2, forYou: 1 });
  expect(texts(resume(chat))).toEqual(["first!moderator", "second!moderator", "@ana"]);
});

it("keeps so many rows, the newest", () => {
  const chat = applyEvents(
    quiet,
    Array.from({ length: MAX_ROWS + 5 }, (_, n) => said(bo, `${n}`)),
  );
  expect(chat.rows).toHaveLength(MAX_ROWS);
  expect(texts(chat).at(-1)).toBe(`${MAX_ROWS + 4}`);
});

it("puts one line in the place of somebody's, and has theirs back when that is undone", () => {
  const rude = said(bo, "rude");
  const cleared = { kind: "cleared", seq: 100, at: rude.at, chatter_id: bo.id } as const;
  const chat = applyEvents(quiet, [rude, said(bo, "worse"), said(ana, "well"), cleared]);
  expect(texts(chat)).toEqual(["rude!cleared", "worse!cleared", "well", "cleared"]);
  const back = applyEvents(chat, [{ kind: "restored", seq: 101, at: rude.at, messages: [rude] }]);
  expect(texts(back)[0]).toBe("rude");
});

it("changes what was edited and nothing else", () => {
  const chat = applyEvents(quiet, [said(bo, "a"), said(bo, "b")]);
  const id = messages(chat)[0]?.message.id ?? "";
  const next = applyEvents(chat, [{ kind: "edited", seq: 7, at: "", id, html: "A", text: "A" }]);
  expect(texts(next)).toEqual(["A", "b"]);
  // A row that did not change is the same object: it is not drawn again.
  expect(next.rows[1]).toBe(chat.rows[1]);
});

it("tells comings and goings in one line, not of the reader, and not of a crowd", () => {
  const at = "2026-03-01T18:00:00Z";
  let chat = withPresence(quiet, { joined: [ana, bo], left: [], count: 2 }, at);
  chat = withPresence(chat, { joined: [person("Cy")], left: [], count: 3 }, at);
  expect(chat.rows).toHaveLength(1);
  expect(chat.rows[0]).toMatchObject({ note: { joined: ["Bo", "Cy"] } });
  chat = withPresence(chat, { joined: [], left: [bo, person("Cy")], count: 1 }, at);
  expect(chat.rows[0]).toMatchObject({ note: { joined: [], left: ["Bo", "Cy"] } });
  const crowd = withPresence(quiet, { joined: [bo], left: [], count: 500 }, at);
  expect([crowd.rows.length, crowd.present.count]).toEqual([0, 500]);
});

it("puts earlier messages above, once, and stays where the reader is", () => {
  const older = [said(bo, "older")];
  const chat = withEarlier(applyEvents(quiet, [said(bo, "now")]), older);
  expect(texts(chat)).toEqual(["older", "now"]);
  expect(chat.waiting).not.toBeNull();
  expect(texts(withEarlier(chat, older))).toEqual(["older", "now"]);
});

it("says where something is missing", () => {
  expect(texts(missed(applyEvents(quiet, [said(bo, "a")]), ""))).toEqual(["a", "missed"]);
  expect(texts(missed(quiet, ""))).toEqual([]);
});
