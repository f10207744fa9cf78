// Repeats a draw in the reader's browser from its public bundle: protocol hengjian-draw/1, docs/algorithms/draw.md.
(function () {
  "use strict";
  const enc = new TextEncoder();
  const dec = new TextDecoder();
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const sha = async (data) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", typeof data === "string" ? enc.encode(data) : data)));
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  async function unzip(buffer) {
    const view = new DataView(buffer);
    let end = buffer.byteLength - 22;
    while (view.getUint32(end, true) !== 0x06054b50) end -= 1;
    const files = {};
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
      const method = view.getUint16(at + 10, true);
      const size = view.getUint32(at + 20, true);
      const name = dec.decode(new Uint8Array(buffer, at + 46, view.getUint16(at + 28, true)));
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const packed = new Blob([new Uint8Array(buffer, start, size)]);
      const plain = method ? packed.stream().pipeThrough(new DecompressionStream("deflate-raw")) : packed.stream();
      files[name] = dec.decode(await new Response(plain).arrayBuffer());
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    return files;
  }

  const rows = (text) => text.trimEnd().split("\n").slice(1).map((line) => line.split(","));

  async function blocks(lines) {
    const made = [];
    for (let i = 0; i < lines.length; i += 1000) made.push(await sha(lines.slice(i, i + 1000).join("\n") + "\n") + "\n");
    return made.join("");
  }

  async function tickets(seed, stratum, usccs, progress) {
    const made = [];
    for (let i = 0; i < usccs.length; i += 5000) {
      const part = usccs.slice(i, i + 5000);
      const digests = await Promise.all(part.map((uscc) => sha(`${seed}\n${stratum}\n${uscc}`)));
      digests.forEach((digest, n) => made.push([digest, part[n]]));
      progress(part.length);
    }
    return made.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  }

  // A heap of [visits so far, ticket, officer].
  function before(a, b) { return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2]; }
  function push(heap, item) {
    let i = heap.push(item) - 1;
    while (i > 0 && before(heap[i], heap[(i - 1) >> 1])) { const p = (i - 1) >> 1; [heap[i], heap[p]] = [heap[p], heap[i]]; i = p; }
  }
  function pop(heap) {
    const top = heap[0];
    const last = heap.pop();
    if (heap.length) {
      heap[0] = last;
      for (let i = 0; ;) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && before(heap[child], heap[least])) least = child;
        if (least === i) break;
        [heap[i], heap[least]] = [heap[least], heap[i]]; i = least;
      }
    }
    return top;
  }

  async function teams(seed, visits, files, rule) {
    const able = rows(files["pool.csv"]).filter(([, fields]) => rule.fields.every((f) => fields.split(" ").includes(f))).map(([number]) => number);
    const recused = {};
    rows(files["recusals.csv"]).forEach(([uscc, officer]) => { if (officer) (recused[uscc] = recused[uscc] || new Set()).add(officer); });
    const turns = [];
    const ticketOf = async (turn, officer) => {
      if (!turns[turn]) turns[turn] = new Map(await Promise.all(able.map(async (o) => [o, await sha(`${seed}\nteam\n${turn}\n${o}`)])));
      return turns[turn].get(officer);
    };
    const heap = [];
    for (const officer of able) push(heap, [0, await ticketOf(0, officer), officer]);
    const made = [];
    for (const uscc of visits) {
      const team = [];
      const passed = [];
      while (team.length < rule.size) {
        if (!heap.length) throw new Error(uscc);
        const person = pop(heap);
        (recused[uscc] && recused[uscc].has(person[2]) ? passed : team).push(person);
      }
      passed.forEach((person) => push(heap, person));
      for (const [turn, , officer] of team) push(heap, [turn + 1, await ticketOf(turn + 1, officer), officer]);
      made.push(`${uscc},${team.map((person) => person[2]).join(" ")}\n`);
    }
    return "uscc,officers\n" + made.join("");
  }

  async function check(files, announced, progress) {
    const faults = [];
    const committed = JSON.parse(files["commitment.json"]);
    const rule = JSON.parse(files["rules.json"]);
    const seed = JSON.parse(files["seed.json"]);
    for (const [key, name] of [["frame", "blocks.txt"], ["rules", "rules.json"], ["pool", "pool.csv"], ["recusals", "recusals.csv"]]) {
      if (await sha(files[name]) !== committed[key]) faults.push(name);
    }
    const commitment = await sha(files["commitment.json"]);
    if (commitment !== announced || commitment !== seed.commitment) faults.push("commitment.json");
    if (await sha(seed.blind) !== committed.blind) faults.push("seed.json: blind");
    if (await sha(`hengjian-draw/1\nseed\n${commitment}\n${seed.value}\n${seed.blind}`) !== seed.seed) faults.push("seed.json: seed");
    const lines = files["frame.csv"].trimEnd().split("\n").slice(1);
    if (await blocks(lines) !== files["blocks.txt"]) faults.push("frame.csv");
    const strata = {};
    lines.forEach((line) => { (strata[line.slice(19)] = strata[line.slice(19)] || []).push(line.slice(0, 18)); });
    let done = 0;
    const picks = ["stratum,rank,uscc,ticket,reserve,probability\n"];
    const visits = [];
    for (const name of Object.keys(strata).sort(compare)) {
      const { quota, reserve } = rule.strata[name];
      const ordered = await tickets(seed.seed, name, strata[name], (n) => { done += n; progress(done, lines.length); });
      ordered.slice(0, quota + reserve).forEach(([digest, uscc], i) => {
        if (i < quota) visits.push(uscc);
        picks.push(`${name},${i + 1},${uscc},${digest},${i < quota ? 0 : 1},${quota}/${strata[name].length}\n`);
      });
    }
    if (picks.join("") !== files["picks.csv"]) faults.push("picks.csv");
    if (await teams(seed.seed, visits, files, rule.team) !== files["teams.csv"]) faults.push("teams.csv");
    return faults;
  }

  const button = document.querySelector("[data-rerun]");
  if (!button) return;
  const box = document.querySelector("[data-rerun-result]");
  const say = (tone, text) => { box.className = "mt-3 note " + tone; box.textContent = text; };
  button.hidden = false;
  if (!(window.crypto && crypto.subtle && window.DecompressionStream)) { button.disabled = true; say("warn", button.dataset.insecure); return; }
  button.addEventListener("click", async () => {
    button.disabled = true;
    say("info", button.dataset.busy + "…");
    try {
      const files = await unzip(await (await fetch(button.dataset.rerun)).arrayBuffer());
      const faults = await check(files, button.dataset.commitment, (done, all) => say("info", `${button.dataset.busy} ${done} / ${all}`));
      if (faults.length) say("bad", `${button.dataset.bad}: ${faults.join("; ")}`);
      else say("good", button.dataset.good);
    } catch (error) { say("bad", `${button.dataset.bad}: ${error.message}`); }
    button.disabled = false;
  });
})();
