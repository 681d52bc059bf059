package intralinks_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// noon is when every test starts.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The exchanges that most tests use: the first has no splash, the second asks to
// accept one.
const (
	plain  = 7100015
	merlin = 7100025
)

// service is a simulated service behind real HTTP, with a clock that stands still
// unless it is advanced, and somebody signed in.
type service struct {
	*intralinks.Server
	t     *testing.T
	g     *WithT
	url   string
	token string
	room  *dataroom.Room
}

// start starts a service with an exchange of each sort, the first of which holds
// room, and signs in by V3.
func start(t *testing.T, more ...intralinks.Exchange) *service {
	t.Helper()
	s := startWith(t, intralinks.Options{Exchanges: append([]intralinks.Exchange{
		{ID: plain, Name: "Project Heron", Host: "Example LLP"},
		{ID: merlin, Name: "Project Merlin", Host: "Example LLP", Splash: true},
	}, more...)})
	s.token = s.signIn()
	return s
}

func startWith(t *testing.T, o intralinks.Options) *service {
	t.Helper()
	o.Clock = func() time.Time { return noon }
	server := intralinks.New(o)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	s := &service{Server: server, t: t, g: NewWithT(t), url: web.URL}
	s.room, _ = server.Room(plain)
	return s
}

func (s *service) set(pairs ...string) {
	s.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		s.g.Expect(s.Control().Set(pairs[i], pairs[i+1])).To(Succeed())
	}
}

// fault arms a fault that strikes once, on paths that match the glob; args are
// pairs of name and value.
func (s *service) fault(name, path string, args ...string) {
	s.t.Helper()
	rule := control.FaultRule{Fault: name, Path: path, Args: map[string]string{}}
	for i := 0; i < len(args); i += 2 {
		rule.Args[args[i]] = args[i+1]
	}
	s.g.Expect(s.Control().AddFault(rule)).To(Succeed())
}

// send sends a request; header is pairs of name and value. Redirects are not
// followed.
func (s *service) send(method, path, body string, header ...string) answer {
	s.t.Helper()
	to := path
	if strings.HasPrefix(path, "/") {
		to = s.url + path
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, to, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	// A transport of its own: a connection that was broken once is not met again.
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	client := http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(text), err}
}

// api calls the API as who signed in last.
func (s *service) api(method, path string, header ...string) answer {
	s.t.Helper()
	return s.send(method, path, "", append(header, "Authorization", "Bearer "+s.token)...)
}

func (s *service) get(path string) answer {
	s.t.Helper()
	return s.api(http.MethodGet, path)
}

func exchange(id int64, rest string) string { return fmt.Sprintf("/v2/workspaces/%d%s", id, rest) }

// enter accepts the splash of an exchange, or not, and returns the state.
func (s *service) enter(id int64, accept bool) string {
	s.t.Helper()
	a := s.post(exchange(id, "/splash"), fmt.Sprintf(`{"acceptSplash":%t}`, accept))
	s.g.Expect(a.status).To(Equal(201), a.body)
	return a.text("state")
}

func (s *service) post(path, body string) answer {
	s.t.Helper()
	return s.send(http.MethodPost, path, body, "Content-Type", "application/json", "Authorization", "Bearer "+s.token)
}

const formType = "application/x-www-form-urlencoded"

// form asks for a V2 token with parameters in the form.
func (s *service) form(parameters url.Values) answer {
	s.t.Helper()
	return s.send(http.MethodPost, "/v2/oauth/token", parameters.Encode(), "Content-Type", formType)
}

// password are the parameters of a good V2 sign-in; more is pairs of name and
// value to set on top, and an empty value leaves one out.
func password(more ...string) url.Values {
	v := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {intralinks.DefaultAPIKey}, "client_secret": {intralinks.DefaultAPISecret},
		"email": {intralinks.DefaultEmail}, "password": {intralinks.DefaultPassword},
	}
	for i := 0; i < len(more); i += 2 {
		if v.Set(more[i], more[i+1]); more[i+1] == "" {
			v.Del(more[i])
		}
	}
	return v
}

const grantV3 = `{"data":{"grant_type":"client_credentials"}}`

func basic(key, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"+secret))
}

func (s *service) tokenV3(key, secret, body string) answer {
	s.t.Helper()
	return s.send(http.MethodPost, "/v3/apis/il-iam/oauth/token", body,
		"Content-Type", "application/json", "Accept", "application/json", "Authorization", basic(key, secret))
}

// signIn signs in by V3.
func (s *service) signIn() string {
	s.t.Helper()
	a := s.tokenV3(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, grantV3)
	s.g.Expect(a.status).To(Equal(200), a.body)
	return a.text("data", "accessToken")
}

// signInV2 signs in by V2.
func (s *service) signInV2(more ...string) string {
	s.t.Helper()
	a := s.form(password(more...))
	s.g.Expect(a.status).To(Equal(200), a.body)
	return a.text("access_token")
}

// folder adds a folder to the room, document a document with text in it.
func (s *service) folder(path string) int64 {
	s.t.Helper()
	f, err := s.room.FolderAt(path)
	s.g.Expect(err).NotTo(HaveOccurred())
	return f.ID
}

func (s *service) document(parent int64, name, extension, text string) int64 {
	s.t.Helper()
	d, err := s.room.AddDocument(parent, name, extension, dataroom.Bytes(text))
	s.g.Expect(err).NotTo(HaveOccurred())
	return d.ID
}

func (s *service) edit(id int64, edit func(*dataroom.Document)) {
	s.t.Helper()
	s.g.Expect(s.room.EditDocument(id, edit)).To(Succeed())
}

// file downloads a document.
func (s *service) file(id int64, header ...string) answer {
	s.t.Helper()
	return s.api(http.MethodGet, exchange(plain, fmt.Sprintf("/documents/%d/file", id)), header...)
}

func repeat(text string, size int) string { return string(bytes.Repeat([]byte(text), size/len(text))) }
