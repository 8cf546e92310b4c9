// "4 s ago" stays true while the page is open. Ages come from the server, so a wrong clock of the reader does no harm.

const born = new WeakMap();
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];

function words(age) {
  const amount = Math.abs(age);
  const say = document.body.dataset;
  const fill = (past, ahead, number) => (age >= 0 ? past : ahead).replace("{n}", number);
  if (amount < MINUTE) return fill(say.saySAgo, say.sayInS, amount);
  if (amount < HOUR) return fill(say.sayMinAgo, say.sayInMin, Math.floor(amount / MINUTE));
  return fill(say.sayHAgo, say.sayInH, Math.floor(amount / HOUR));
}

function tick() {
  if (document.hidden) return;
  const now = performance.now();
  for (const time of document.querySelectorAll("time[data-ago]")) {
    if (born.get(time)?.age !== time.dataset.ago) born.set(time, { age: time.dataset.ago, at: now });
    const age = Number(time.dataset.ago) + Math.floor((now - born.get(time).at) / 1000);
    if (Math.abs(age) >= DAY) continue;
    const text = words(age);
    if (time.textContent !== text) time.textContent = text;
  }
}

tick();
setInterval(tick, 1000);
