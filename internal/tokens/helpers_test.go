package tokens_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/oauth2"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	sim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

const (
	callback = "https://operator.firm.example/auth/callback"
	service  = "api.firm.example"
)

// steps is a clock that a wait sets ahead, so that nobody has to wait for it.
type steps struct {
	clock.RealClock
	mu  sync.Mutex
	now time.Time
}

func (c *steps) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *steps) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *steps) NewTimer(d time.Duration) clock.Timer {
	c.step(d)
	return c.RealClock.NewTimer(0)
}

// desk is an integration's Secret in a real API server, and Intralinks, simulated, with a person who signs in.
type desk struct {
	*WithT
	t       *testing.T
	clock   *steps
	service *sim.Server
	flow    *intralinks.CodeFlow
	line    *line
	writer  *writer
	secrets *tokens.Secrets
	owner   tokens.Owner
	url     string
}

func newDesk(t *testing.T, version string, switches ...string) *desk {
	t.Helper()
	env := testenv.Start(t)
	d := &desk{WithT: NewWithT(t), t: t, clock: &steps{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}}
	d.service = sim.New(sim.Options{Clock: d.clock.Now, Apps: []sim.App{{Key: sim.DefaultAPIKey, Secret: sim.DefaultAPISecret, Callback: callback}}})
	for i := 0; i < len(switches); i += 2 {
		d.Expect(d.service.Control().Set(switches[i], switches[i+1])).To(Succeed())
	}
	api, pages := httptest.NewServer(d.service), httptest.NewServer(d.service.SignInPages())
	t.Cleanup(api.Close)
	t.Cleanup(pages.Close)
	d.service.SetSignInURL(pages.URL)
	d.url, d.line = api.URL, newLine()
	var err error
	d.flow, err = intralinks.NewCodeFlow(intralinks.CodeFlowOptions{
		Version: version, AuthURL: api.URL, ClientID: sim.DefaultAPIKey, ClientSecret: sim.DefaultAPISecret,
		HTTPClient: &http.Client{Transport: d.line},
	})
	d.Expect(err).NotTo(HaveOccurred())
	d.writer = &writer{Writer: env.Client}
	d.secrets = &tokens.Secrets{Reader: env.Client, Writer: d.writer}
	d.owner = tokens.Owner{NamespacedName: types.NamespacedName{Namespace: env.Namespace(t), Name: "production"}, UID: "b7e0c1d2-0000-4000-8000-000000000001"}
	return d
}

// process is what a process of the operator has: nothing but what stands in the Secret.
func (d *desk) process() *tokens.Keeper {
	return &tokens.Keeper{Secrets: d.secrets, Owner: d.owner, Grant: d.flow, Service: service, Clock: d.clock}
}

var handle = regexp.MustCompile(`name="request" value="([A-Za-z0-9]+)"`)

// signIn is a person who signs in on the page, and whose tokens are kept.
func (d *desk) signIn() *tokens.Stored {
	d.t.Helper()
	began := d.clock.Now()
	token, err := d.flow.Exchange(d.t.Context(), d.code(), "")
	d.Expect(err).NotTo(HaveOccurred())
	stored, err := d.secrets.Load(d.t.Context(), d.owner)
	d.Expect(err).NotTo(HaveOccurred())
	stored, err = d.secrets.Save(d.t.Context(), stored, tokens.NewRecord(token, service, began))
	d.Expect(err).NotTo(HaveOccurred())
	return stored
}

// code fills in the page.
func (d *desk) code() string {
	d.t.Helper()
	page, body := d.send(http.MethodGet, d.flow.AuthCodeURL("state", ""), nil)
	found := handle.FindStringSubmatch(body)
	d.Expect(found).To(HaveLen(2), body)
	callback, _ := d.send(http.MethodPost, page, url.Values{
		"request": {found[1]}, "action": {"signin"}, "email": {sim.DefaultEmail}, "password": {sim.DefaultPassword}})
	to, err := url.Parse(callback)
	d.Expect(err).NotTo(HaveOccurred())
	return to.Query().Get("code")
}

// send follows redirects, but for the one to the callback, and tells where it ended.
func (d *desk) send(method, to string, form url.Values) (ended, body string) {
	d.t.Helper()
	browser := &http.Client{CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(d.t.Context(), method, to, strings.NewReader(form.Encode()))
	d.Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := browser.Do(req)
	d.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	d.Expect(err).NotTo(HaveOccurred())
	if location, err := resp.Location(); err == nil {
		return location.String(), string(text)
	}
	return resp.Request.URL.String(), string(text)
}

// accepts tells whether Intralinks takes an access token.
func (d *desk) accepts(token *oauth2.Token) bool {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+"/v2/workspaces", http.NoBody)
	d.Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	resp, err := http.DefaultTransport.RoundTrip(req)
	d.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode == http.StatusOK
}

// faulty arms a fault for the next request for a token.
func (d *desk) faulty(fault string) {
	d.t.Helper()
	d.Expect(d.service.Control().AddFault(control.FaultRule{Fault: fault, Path: "/**/oauth/token"})).To(Succeed())
}

// required is the reason of an error that asks for a sign-in.
func required(err error) tokens.Loss {
	var e *tokens.SignInRequiredError
	if errors.As(err, &e) {
		return e.Loss
	}
	return "none: " + tokens.Loss(fmt.Sprint(err))
}

var errCut = errors.New("cut off")

// line is the way to Intralinks. It can be down, so that no connection comes about.
type line struct {
	http.RoundTripper
	down atomic.Bool
}

func newLine() *line {
	l := &line{}
	dialer := &net.Dialer{}
	l.RoundTripper = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if l.down.Load() {
			return nil, errCut
		}
		return dialer.DialContext(ctx, network, address)
	}}
	return l
}

// writer is the way to the API server. After so many writes the next ones are lost, until it is mended; a process
// that dies is one whose writes all are.
type writer struct {
	client.Writer
	mu         sync.Mutex
	good, lost int
	// died is called at the first lost write of a process that dies.
	died func()
}

// cut loses the writes after the next good ones; lost of them, or all for -1.
func (w *writer) cut(good, lost int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.good, w.lost = good, lost
}

func (w *writer) Update(ctx context.Context, object client.Object, options ...client.UpdateOption) error {
	w.mu.Lock()
	good := w.good > 0
	switch {
	case good:
		w.good--
	case w.lost != 0:
		w.lost--
		if w.lost < 0 && w.died != nil {
			w.died()
		}
		w.mu.Unlock()
		return errCut
	}
	w.mu.Unlock()
	return w.Writer.Update(ctx, object, options...)
}

// grantFunc does something else first.
type grantFunc struct {
	tokens.Grant
	first func()
}

func (g grantFunc) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	g.first()
	return g.Grant.Refresh(ctx, refreshToken)
}
