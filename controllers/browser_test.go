package controllers_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/onsi/gomega"
	"golang.org/x/net/html"
)

// browser is a person's: it keeps cookies, follows redirects, and says where its requests come from.
type browser struct {
	w      *world
	client *http.Client
}

// visited is where a browser has got to.
type visited struct {
	b      *browser
	status int
	url    *url.URL
	header http.Header
	body   string
	// chain are all addresses that led here.
	chain []string
}

func (w *world) newBrowser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w: w, client: &http.Client{Jar: jar, Transport: w.pages.Client().Transport}}
}

func (b *browser) open(address string, header ...string) *visited {
	b.w.t.Helper()
	return b.send(http.MethodGet, address, nil, header...)
}

// post sends a form, as a page of any other site can have it sent, unless the header says otherwise.
func (b *browser) post(address string, form url.Values, header ...string) *visited {
	b.w.t.Helper()
	return b.send(http.MethodPost, address, form, header...)
}

func (b *browser) send(method, address string, form url.Values, header ...string) *visited {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), method, address, strings.NewReader(form.Encode()))
	b.w.must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	v := &visited{b: b}
	following := *b.client
	following.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		v.chain = append(v.chain, via[len(via)-1].URL.String())
		next.Header.Del("Sec-Fetch-Site")
		return nil
	}
	resp, err := following.Do(req)
	b.w.must(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	b.w.must(err)
	v.status, v.url, v.header, v.body = resp.StatusCode, resp.Request.URL, resp.Header, string(body)
	v.chain = append(v.chain, v.url.String())
	return v
}

// submit sends the page's form with values for its fields, and for its button.
func (v *visited) submit(values ...string) *visited {
	v.b.w.t.Helper()
	action, form := v.form()
	for i := 0; i < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return v.b.post(action, form, "Sec-Fetch-Site", "same-origin", "Origin", v.url.Scheme+"://"+v.url.Host)
}

// form finds the page's form: where it leads, and what it holds by itself.
func (v *visited) form() (action string, fields url.Values) {
	v.b.w.t.Helper()
	root, err := html.Parse(strings.NewReader(v.body))
	v.b.w.must(err)
	fields = url.Values{}
	for n := range root.Descendants() {
		switch n.Data {
		case "form":
			to, err := v.url.Parse(attribute(n, "action"))
			v.b.w.must(err)
			action = to.String()
		case "input":
			fields.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	v.b.w.Expect(action).NotTo(gomega.BeEmpty(), "no form in %s", v.body)
	return action, fields
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a person reads on the page.
func (v *visited) text() string {
	v.b.w.t.Helper()
	root, err := html.Parse(strings.NewReader(v.body))
	v.b.w.must(err)
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
