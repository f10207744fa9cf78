// Repeats a draw in the reader's browser from its public bundle: protocols hengjian-draw/2 and /1, docs/algorithms/draw.md.
(function () {
  "use strict";
  const FIRST = "hengjian-draw/1";
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

  // Exact fractions: [numerator, denominator] of BigInt, reduced.
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a; };
  const frac = (n, d = 1n) => { const g = gcd(n < 0n ? -n : n, d) || 1n; return [n / g, d / g]; };
  const read = (text) => { const [n, d] = String(text).split("/"); return frac(BigInt(n), BigInt(d || 1)); };
  const add = (a, b) => frac(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
  const minus = (a, b) => frac(a[0] * b[1] - b[0] * a[1], a[1] * b[1]);
  const times = (a, b) => frac(a[0] * b[0], a[1] * b[1]);
  const over = (a, b) => frac(a[0] * b[1], a[1] * b[0]);
  const more = (a, b) => a[0] * b[1] > b[0] * a[1];
  const floor = (a) => a[0] / a[1] - (a[0] < 0n && a[0] % a[1] ? 1n : 0n);
  const ceil = (a) => -floor([-a[0], a[1]]);
  const text = (a) => (a[1] === 1n ? `${a[0]}` : `${a[0]}/${a[1]}`);
  const sum = (list) => list.reduce(add, [0n, 1n]);

  // What each stratum is due of the number drawn; a stratum never gives more than it has.
  function shares(sizes, odds, total) {
    const names = Object.keys(sizes);
    const weight = (s) => times([BigInt(sizes[s]), 1n], read(odds[s]));
    const number = total === null ? [ceil(sum(names.map(weight))), 1n] : [BigInt(total), 1n];
    const full = new Set();
    for (;;) {
      const free = names.filter((s) => !full.has(s));
      const rest = minus(number, [BigInt([...full].reduce((n, s) => n + sizes[s], 0)), 1n]);
      const all = sum(free.map(weight));
      const due = {};
      names.forEach((s) => { due[s] = full.has(s) ? [BigInt(sizes[s]), 1n] : all[0] ? over(times(rest, weight(s)), all) : [0n, 1n]; });
      const beyond = free.filter((s) => more(due[s], [BigInt(sizes[s]), 1n]));
      if (!beyond.length) return due;
      beyond.forEach((s) => full.add(s));
    }
  }

  // Protocol 1: whole quotas, remainders to the largest.
  function wholeQuotas(sizes, odds, total) {
    const due = total === null ? Object.fromEntries(Object.keys(sizes).map((s) => {
      const n = [BigInt(sizes[s]), 1n];
      const share = times(n, read(odds[s]));
      return [s, [ceil(more(share, n) ? n : share), 1n]];
    })) : shares(sizes, odds, total);
    const quotas = Object.fromEntries(Object.keys(due).map((s) => [s, Number(floor(due[s]))]));
    if (total === null) return quotas;
    const left = total - Object.values(quotas).reduce((a, b) => a + b, 0);
    const remainder = (s) => minus(due[s], [floor(due[s]), 1n]);
    Object.keys(due).sort((a, b) => (more(remainder(a), remainder(b)) ? -1 : more(remainder(b), remainder(a)) ? 1 : compare(a, b)))
      .slice(0, left).forEach((s) => { quotas[s] += 1; });
    return quotas;
  }

  function ruleFaults(rule, sizes) {
    const faults = [];
    if (Object.keys(rule.strata).sort(compare).join() !== Object.keys(sizes).sort(compare).join()) return ["rules.json: strata"];
    const first = rule.protocol === FIRST;
    const due = first ? wholeQuotas(sizes, rule.odds, rule.total) : shares(sizes, rule.odds, rule.total);
    Object.keys(sizes).forEach((s) => {
      if (rule.strata[s].size !== sizes[s]) faults.push(`rules.json: size ${s}`);
      if (first ? rule.strata[s].quota !== due[s] : rule.strata[s].expected !== text(due[s])) faults.push(`rules.json: quota ${s}`);
    });
    if (!first && text(sum(Object.values(due))) !== String(rule.quota)) faults.push("rules.json: quota");
    return faults;
  }

  // [quota, reserve, probability] of each stratum, once the seed is known.
  async function takes(rule, seed) {
    const made = {};
    if (rule.protocol === FIRST) {
      Object.entries(rule.strata).forEach(([s, r]) => { made[s] = [r.quota, r.reserve, `${r.quota}/${r.size}`]; });
      return made;
    }
    const start = [BigInt(`0x${await sha(`${seed}\nround`)}`), 1n << 256n];
    const order = await Promise.all(Object.keys(rule.strata).map(async (s) => [await sha(`${seed}\norder\n${s}`), s]));
    let before = [0n, 1n];
    for (const [, s] of order.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))) {
      const { size, expected } = rule.strata[s];
      const after = add(before, read(expected));
      const quota = Number(ceil(minus(after, start)) - ceil(minus(before, start)));
      const reserve = Math.min(size - quota, Number(ceil(times([BigInt(quota), 1n], read(rule.reserve)))));
      made[s] = [quota, reserve, text(over(read(expected), [BigInt(size), 1n]))];
      before = after;
    }
    return made;
  }

  async function sourceFaults(source, seed, protocol) {
    if (source.kind === "commit-reveal") {
      const digests = await Promise.all(seed.reveals.map(sha));
      const same = digests.length === source.parties.length && source.parties.every((party, i) => party.digest === digests[i]);
      return same && seed.value === seed.reveals.join("\n") ? [] : ["seed.json: reveals"];
    }
    if (source.kind === "lottery") return seed.issue === source.issue ? [] : ["seed.json: issue"];
    const faults = seed.round === source.round ? [] : ["seed.json: round"];
    if (!seed.signature) return protocol === FIRST ? faults : [...faults, "seed.json: signature"];
    const bytes = new Uint8Array(seed.signature.match(/../g).map((pair) => parseInt(pair, 16)));
    return await sha(bytes) === seed.value ? faults : [...faults, "seed.json: signature"];
  }

  // The officers one department sends to every visit.
  async function teams(seed, visits, files, part) {
    const [head, ...pool] = files["pool.csv"].trimEnd().split("\n").map((line) => line.split(","));
    const fields = head.indexOf("fields");
    const able = pool.filter((row) => (fields === 1 || row[1] === part.agency) && part.fields.every((f) => row[fields].split(" ").includes(f))).map(([number]) => number);
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
      while (team.length < part.size) {
        if (!heap.length) throw new Error(uscc);
        const person = pop(heap);
        (recused[uscc] && recused[uscc].has(person[2]) ? passed : team).push(person);
      }
      passed.forEach((person) => push(heap, person));
      for (const [turn, , officer] of team) push(heap, [turn + 1, await ticketOf(turn + 1, officer), officer]);
      made.push(team.map((person) => person[2]));
    }
    return made;
  }

  async function check(files, announced, progress) {
    const faults = [];
    const parsed = (name) => { try { return JSON.parse(files[name]); } catch (error) { throw new Error(`${name}: ${error.message}`); } };
    const [committed, rule, seed] = ["commitment.json", "rules.json", "seed.json"].map(parsed);
    for (const [key, name] of [["frame", "blocks.txt"], ["rules", "rules.json"], ["pool", "pool.csv"], ["recusals", "recusals.csv"]]) {
      if (await sha(files[name]) !== committed[key]) faults.push(name);
    }
    const { protocol } = committed;
    if (![FIRST, "hengjian-draw/2"].includes(protocol) || rule.protocol !== protocol) return ["commitment.json: protocol"];
    const commitment = await sha(files["commitment.json"]);
    if (commitment !== announced || commitment !== seed.commitment) faults.push("commitment.json");
    if (await sha(seed.blind) !== committed.blind) faults.push("seed.json: blind");
    if (await sha(`${protocol}\nseed\n${commitment}\n${seed.value}\n${seed.blind}`) !== seed.seed) faults.push("seed.json: seed");
    const lines = files["frame.csv"].trimEnd().split("\n").slice(1);
    if (await blocks(lines) !== files["blocks.txt"]) faults.push("frame.csv");
    if (lines.some((line, i) => i && lines[i - 1].slice(0, 18) >= line.slice(0, 18))) faults.push("frame.csv: order");
    if (seed.seeded_at < committed.committed_at) faults.push("seed.json: seeded_at");
    faults.push(...await sourceFaults(committed.source, seed, protocol));
    if (faults.length) return faults; // rules that are not the committed ones need not make sense
    const strata = {};
    lines.forEach((line) => { (strata[line.slice(19)] = strata[line.slice(19)] || []).push(line.slice(0, 18)); });
    faults.push(...ruleFaults(rule, Object.fromEntries(Object.entries(strata).map(([s, codes]) => [s, codes.length]))));
    if (faults.length) return faults;
    const wanted = await takes(rule, seed.seed);
    let done = 0;
    const picks = ["stratum,rank,uscc,ticket,reserve,probability\n"];
    const visits = [];
    for (const name of Object.keys(strata).sort(compare)) {
      const [quota, reserve, probability] = wanted[name];
      const ordered = await tickets(seed.seed, name, strata[name], (n) => { done += n; progress(done, lines.length); });
      ordered.slice(0, quota + reserve).forEach(([digest, uscc], i) => {
        if (i < quota) visits.push(uscc);
        picks.push(`${name},${i + 1},${uscc},${digest},${i < quota ? 0 : 1},${probability}\n`);
      });
    }
    if (picks.join("") !== files["picks.csv"]) faults.push("picks.csv");
    const sent = await Promise.all([].concat(rule.team).map((part) => teams(seed.seed, visits, files, part)));
    const groups = visits.map((uscc, i) => `${uscc},${sent.flatMap((made) => made[i]).join(" ")}\n`);
    if ("uscc,officers\n" + groups.join("") !== files["teams.csv"]) faults.push("teams.csv");
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
