// "4 s ago" stays true while the page is open. Ages come from the server, so a wrong clock of the reader does no harm.

const born = new WeakMap();
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];

function words(age) {
  const amount = Math.abs(age);
  let figure = `${Math.floor(amount / HOUR)} h`;
  if (amount < MINUTE) figure = `${amount} s`;
  else if (amount < HOUR) figure = `${Math.floor(amount / MINUTE)} min`;
  return age >= 0 ? `${figure} ago` : `in ${figure}`;
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
