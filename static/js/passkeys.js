// Passkeys: asks the browser for one and sends its answer with the form.
// A form says `data-passkey` (where the question is fetched) or `data-passkey-new` (the question itself).

const forms = document.querySelectorAll("form[data-passkey], form[data-passkey-new]");

function bytes(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

/** What WebAuthn answers, as JSON: the parts that the portal reads. */
function told(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type,
    response: parts, clientExtensionResults: {},
  });
}

async function made(form) {
  const asked = JSON.parse(form.dataset.passkeyNew);
  return navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
    },
  });
}

async function shown(form) {
  const answer = await fetch(form.dataset.passkey, {
    method: "POST",
    headers: { "X-CSRFToken": document.body.dataset.csrf },
  });
  const asked = await answer.json();
  return navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
  });
}

async function fill(event) {
  const form = event.target;
  const field = form.elements.passkey;
  if (field.value) return;
  event.preventDefault();
  const error = form.querySelector(".error[hidden], .error[data-passkey-error]");
  try {
    field.value = told(await (form.dataset.passkeyNew ? made(form) : shown(form)));
    form.requestSubmit();
  } catch {
    if (error) {
      error.hidden = false;
      error.dataset.passkeyError = "";
    }
  }
}

for (const form of forms) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", fill);
}
