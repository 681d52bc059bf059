package chromium

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// Page is a window of a person who shares no cookies with others.
type Page struct {
	b       *Browser
	session string
}

type params map[string]any

// NewPage opens a window. Pages may run no script in it, unless Script lets them.
func (b *Browser) NewPage() *Page {
	b.t.Helper()
	var context struct{ BrowserContextID string }
	b.do("", "Target.createBrowserContext", nil, &context)
	var target struct{ TargetID string }
	b.do("", "Target.createTarget", params{"url": "about:blank", "browserContextId": context.BrowserContextID}, &target)
	var session struct{ SessionID string }
	b.do("", "Target.attachToTarget", params{"targetId": target.TargetID, "flatten": true}, &session)
	p := &Page{b: b, session: session.SessionID}
	p.do("Emulation.setScriptExecutionDisabled", params{"value": true})
	p.Size(1280, 800)
	return p
}

func (p *Page) do(method string, with params) {
	p.b.t.Helper()
	p.b.do(p.session, method, with, nil)
}

// Script lets pages run theirs, or not.
func (p *Page) Script(run bool) {
	p.b.t.Helper()
	p.do("Emulation.setScriptExecutionDisabled", params{"value": !run})
}

// Size sets the size of the window, in pixels of CSS. Below 600 it is a phone's.
func (p *Page) Size(width, height int) {
	p.b.t.Helper()
	p.do("Emulation.setDeviceMetricsOverride", params{"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 600})
}

// Dark asks for dark colours, or for light ones.
func (p *Page) Dark(dark bool) {
	p.b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	p.do("Emulation.setEmulatedMedia", params{"features": []params{{"name": "prefers-color-scheme", "value": scheme}}})
}

// Open goes to an address.
func (p *Page) Open(address string) {
	p.b.t.Helper()
	p.do("Page.navigate", params{"url": address})
}

// Value is what an expression of JavaScript comes to, as text; "" where it fails, such as while a page is being left.
func (p *Page) Value(expression string) string { return p.evaluate(expression, false) }

// Later is Value for an expression that promises something.
func (p *Page) Later(expression string) string { return p.evaluate(expression, true) }

func (p *Page) evaluate(expression string, promised bool) string {
	var result struct {
		Result struct{ Value json.RawMessage }
	}
	if p.b.try(p.session, "Runtime.evaluate", params{"expression": expression, "returnByValue": true, "awaitPromise": promised}, &result) != nil {
		return ""
	}
	text := string(result.Result.Value)
	if unquoted, err := strconv.Unquote(text); err == nil {
		return unquoted
	}
	return text
}

// Text is what a person reads on the page.
func (p *Page) Text() string { return p.Value("document.body ? document.body.innerText : ''") }

// Address of the page.
func (p *Page) Address() string { return p.Value("location.href") }

// Click clicks in the middle of the first element that a selector finds; it tells whether there is one.
func (p *Page) Click(selector string) bool {
	p.b.t.Helper()
	at := p.Value(fmt.Sprintf("(() => { const e = document.querySelector(%q); if (!e) return ''; e.scrollIntoView(); "+
		"const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2].join(' ') })()", selector))
	var x, y float64
	if _, err := fmt.Sscan(at, &x, &y); err != nil {
		return false
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.do("Input.dispatchMouseEvent", params{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})
	}
	return true
}

// Type types into the first element that a selector finds; it tells whether there is one.
func (p *Page) Type(selector, text string) bool {
	p.b.t.Helper()
	if !p.Click(selector) {
		return false
	}
	p.do("Input.insertText", params{"text": text})
	return true
}

// Picture writes the whole page into a PNG file.
func (p *Page) Picture(file string) {
	p.b.t.Helper()
	var shot struct{ Data string }
	p.b.do(p.session, "Page.captureScreenshot", params{"format": "png", "captureBeyondViewport": true}, &shot)
	content, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(file, content, 0o600)
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
}
