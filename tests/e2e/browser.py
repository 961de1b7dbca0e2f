"""A real browser for tests: Chromium without a window, over the DevTools protocol, and one page in it as its reader meets it.

The browser gets a profile of its own, no network, and speaks over two pipes, so no port is opened.
"""
import base64, collections, fcntl, json, os, select, signal, time

LIMIT = 120  # seconds for one answer of the browser: only a page that hangs needs as many


class Browser:
    """Chromium, commanded through file descriptors 3 (to it) and 4 (from it): JSON objects that end with a zero byte."""

    def __init__(self, program, folder, sandbox, pictures=None):
        self.pictures = pictures
        self.log = os.path.join(folder, "browser.log")
        theirs, self.to = os.pipe()
        self.of, theirs_too = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (theirs, theirs_too)]  # so that 3 and 4 are free to take
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT, 0o600)
        command = [program, "--headless", "--remote-debugging-pipe", "--user-data-dir=" + os.path.join(folder, "profile"), "--disable-gpu",
                   "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en"]
        if not sandbox:
            command.append("--no-sandbox")
        actions = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2), (os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4)]
        self.pid = os.posix_spawn(program, command, {**os.environ, "HOME": folder}, file_actions=actions, setpgroup=0)
        for fd in (theirs, theirs_too, log, *high):
            os.close(fd)
        self.rest, self.number, self.answers, self.events = b"", 0, {}, collections.defaultdict(list)
        try:
            self.version = self.call("Browser.getVersion")["product"]
        except (RuntimeError, OSError):
            self.close()
            raise

    def read(self, until):
        """Takes in what the browser says; False when it says nothing until then."""
        if not select.select([self.of], [], [], max(0, until - time.monotonic()))[0]:
            return False
        more = os.read(self.of, 1 << 20)
        if not more:
            raise RuntimeError("Chromium ended: " + open(self.log, errors="replace").read()[-2000:])
        *whole, self.rest = (self.rest + more).split(b"\0")
        for message in map(json.loads, whole):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.events[message.get("sessionId")].append(message)
        return True

    def call(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        until = time.monotonic() + LIMIT
        while self.number not in self.answers:
            if not self.read(until) and time.monotonic() > until:
                raise RuntimeError(f"no answer to {method} in {LIMIT} s")
        answer = self.answers.pop(self.number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def close(self):
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        for _ in range(100):
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
            time.sleep(0.05)
        else:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


class Page:
    """One tab with the file open. faults() is all that a reader of the console or a network guard would have seen."""

    def __init__(self, browser, path, width=1280, height=800, dark=False, scripts=True, guarded=True):
        self.browser, self.url = browser, "file://" + path
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Page.setBypassCSP", enabled=not guarded)
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.size(width, height)
        self.media("screen", dark)
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        started = time.monotonic()
        self.call("Page.navigate", url=self.url)
        while not any(e["method"] == "Page.loadEventFired" for e in browser.events[self.session]):
            if not browser.read(started + LIMIT):
                raise RuntimeError(f"{path} did not open in {LIMIT} s")
        self.seconds = time.monotonic() - started

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, kind, dark):
        self.call("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                                                                      {"name": "prefers-reduced-motion", "value": "reduce"}])

    def js(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression[:200]}: {json.dumps(answer['exceptionDetails'])[:600]}")
        return answer["result"].get("value")

    def wait(self, expression):
        """The first true value of the expression, and how long it took; None where none came."""
        started = time.monotonic()
        while time.monotonic() < started + LIMIT:
            value = self.js(expression)
            if value:
                return value, time.monotonic() - started
            time.sleep(0.02)
        return None, LIMIT

    def key(self, name, code=0, text="", shift=False):
        more = {"text": text, "unmodifiedText": text} if text else {}
        common = {"key": name, "code": name, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **common, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def tab(self):
        self.key("Tab", 9)

    def enter(self):
        self.key("Enter", 13, "\r")

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="none" if kind == "mouseMoved" else "left", clickCount=1)

    def place(self, selector):
        """Where an element stands in the window once it was scrolled to."""
        return self.js(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}}); "
                       "const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()")

    def click(self, selector):
        left, top, width, height = self.place(selector)
        x, y = left + min(width / 2, 40), top + height / 2
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.mouse(kind, x, y)

    def drag(self, selector, start, end):
        left, top, width, height = self.place(selector)
        y = top + height / 2
        self.mouse("mouseMoved", left + width * start, y)
        self.mouse("mousePressed", left + width * start, y)
        self.mouse("mouseMoved", left + width * (start + end) / 2, y)
        self.mouse("mouseMoved", left + width * end, y)
        self.mouse("mouseReleased", left + width * end, y)

    def write(self, selector, text):
        """Puts the text into a field as if typed, in place of what is there."""
        self.js(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.select(); }})()")
        if text:
            self.call("Input.insertText", text=text)
        else:
            self.key("Delete", 46)

    def choose(self, selector, value):
        """Takes an option of a select with the keyboard alone."""
        self.js(f"document.querySelector({json.dumps(selector)}).focus()")
        self.key("Home", 36)
        for _ in range(self.js(f"[...document.querySelector({json.dumps(selector)}).options].findIndex(o => o.value === {json.dumps(value)})")):
            self.key("ArrowDown", 40)

    def picture(self, name, of="body", height=800):
        """What begins at an element, if pictures are wanted."""
        pictures = self.browser.pictures
        if not pictures:
            return
        os.makedirs(pictures, exist_ok=True)
        clip = self.js(f"({{x: 0, y: Math.max(0, document.querySelector({json.dumps(of)}).getBoundingClientRect().top + scrollY - 10), width: innerWidth, height: {height}, scale: 1}})")
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(os.path.join(pictures, name + ".png"), "wb") as f:
            f.write(base64.b64decode(data))

    # What the reader of this page sees.
    def rows(self):
        return self.js("document.querySelectorAll('#list > tbody').length")

    def told(self):
        return self.js("document.getElementById('told').textContent")

    def titles(self):
        return self.js("[...document.querySelectorAll('#list td.title')].map(e => e.innerText)")

    def text(self):
        return self.js("document.body.innerText")

    def settled(self, rows):
        """True once the list has so many rows: typing is answered a moment later, so that nobody waits for every letter."""
        until = time.monotonic() + 5
        while self.rows() != rows and time.monotonic() < until:
            time.sleep(0.05)
        return self.rows() == rows

    def faults(self):
        self.js("1")  # what was said before has come in once this is answered
        found = []
        for e in self.browser.events[self.session]:
            p = e["params"]
            if e["method"] == "Runtime.exceptionThrown":
                found.append(("exception", p["exceptionDetails"].get("exception", {}).get("description", p)))
            elif e["method"] == "Runtime.consoleAPICalled":
                found.append(("console", p["type"], [a.get("value") for a in p["args"]]))
            elif e["method"] == "Log.entryAdded" and p["entry"]["level"] in ("warning", "error"):
                found.append(("log", p["entry"]["text"]))
            elif e["method"] == "Page.javascriptDialogOpening":
                found.append(("dialog", p["message"]))
                self.call("Page.handleJavaScriptDialog", accept=False)
            elif e["method"] == "Network.requestWillBeSent" and p["request"]["url"].split("#")[0] != self.url:
                found.append(("request", p["request"]["url"]))
            elif e["method"] == "Page.frameNavigated" and p["frame"]["url"].split("#")[0] not in (self.url, "about:blank"):
                found.append(("navigated", p["frame"]["url"]))
        return found

    def overflow(self):
        """What stands out of the page to the right, where the page as a whole can be scrolled sideways."""
        return self.js("""(() => { const root = document.documentElement; if (root.scrollWidth <= root.clientWidth) return [];
          const inBox = e => { for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
          const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 0.5 && !inBox(e));
          return [root.scrollWidth + ' > ' + root.clientWidth, ...out.slice(0, 5).map(e => e.outerHTML.slice(0, 120))]; })()""")

    def faint(self):
        """Texts of less contrast than WCAG's 4.5:1 (3:1 where they are large), and parts of the chart of less than 3:1."""
        return self.js(CONTRAST)


CELLS = """(() => { const bad = [], range = document.createRange();
  for (const cell of document.querySelectorAll('td, th')) {
    if (!cell.checkVisibility() || cell.querySelector('details')) continue;
    range.selectNodeContents(cell);
    const text = range.getBoundingClientRect(), box = cell.getBoundingClientRect();
    if (text.width && (text.right > box.right + 0.5 || text.left < box.left - 0.5)) bad.push(cell.textContent.slice(0, 60) + ' ' + text.right + ' > ' + box.right);
  } return bad; })()"""

CONTRAST = r"""(() => {
  const parse = (c) => { const m = c.match(/^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/); if (!m) throw new Error('colour ' + c);
    return [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { const layers = []; for (; e; e = e.parentElement) { layers.push(parse(getComputedStyle(e).backgroundColor)); if (layers.at(-1)[3] === 1) break; }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
  const ratio = (e, colour) => { const below = ground(e), top = over(parse(colour), below), a = light(top), b = light(below); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getClientRects().length > 0;
  const bad = []; let looked = 0;
  const look = (e, colour, text, least) => { ++looked; const r = ratio(e, colour); if (r < least) bad.push(r.toFixed(2) + ' ' + text.trim().slice(0, 40) + ' <' + e.tagName + ' ' + e.className + '>'); };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement, s = getComputedStyle(e);
    if (!n.data.trim() || ['SCRIPT', 'STYLE', 'OPTION', 'SVG', 'title'].includes(e.tagName) || !seen(e)) continue;
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && parseInt(s.fontWeight) >= 700);
    look(e, e.namespaceURI.endsWith('svg') ? s.fill : s.color, n.data, large ? 3 : 4.5);
  }
  for (const e of document.querySelectorAll('input, select')) if (seen(e)) {
    look(e, getComputedStyle(e).color, e.value || e.id, 4.5);
    if (e.placeholder) look(e, getComputedStyle(e, '::placeholder').color, e.placeholder, 4.5);
  }
  for (const e of document.querySelectorAll('#chart rect:not(.s-brush)')) look(e, getComputedStyle(e).fill, 'chart', 3);
  if (looked < 20) bad.push('only ' + looked + ' texts were looked at');
  return bad; })()"""
