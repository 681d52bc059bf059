package luminance_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// noon is when every test starts.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// patience ends a test that waits for what never comes.
const patience = time.Minute

func init() { SetDefaultEventuallyTimeout(patience) }

// instance is a simulated instance behind real HTTP, with a clock that stands
// still unless it is advanced, and no allowance unless a test asks for one.
type instance struct {
	*luminance.Simulator
	t     *testing.T
	g     *WithT
	url   string
	token string
}

func start(t *testing.T, o luminance.Options) *instance {
	t.Helper()
	i := startWithAllowance(t, o)
	i.set("budgetRequests", "0")
	i.token = i.signIn()
	return i
}

// startWithAllowance leaves the allowance as it is, and nobody is signed in.
func startWithAllowance(t *testing.T, o luminance.Options) *instance {
	t.Helper()
	o.Clock = func() time.Time { return noon }
	s, err := luminance.New(o)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return &instance{Simulator: s, t: t, g: NewWithT(t), url: srv.URL}
}

func (i *instance) set(pairs ...string) {
	i.t.Helper()
	for n := 0; n < len(pairs); n += 2 {
		i.g.Expect(i.Control().Set(pairs[n], pairs[n+1])).To(Succeed())
	}
}

// answer is what came back; status 0 is no answer, or with a header one that broke
// off.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) object() map[string]any {
	var v map[string]any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	return v
}

func (a answer) id() int64 {
	n, _ := a.object()["id"].(float64)
	return int64(n)
}

func (a answer) list() []map[string]any {
	var v []map[string]any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	return v
}

// names are the values of a field in a list.
func (a answer) values(field string) []any {
	values := []any{}
	for _, o := range a.list() {
		values = append(values, o[field])
	}
	return values
}

// send sends a request to any path; header is pairs of name and value.
func (i *instance) send(method, path string, body io.Reader, header ...string) answer {
	i.t.Helper()
	r, err := http.NewRequestWithContext(i.t.Context(), method, i.url+path, body)
	if err != nil {
		i.t.Fatal(err)
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return answer{}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{header: resp.Header, body: string(text)}
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (i *instance) signIn() string {
	i.t.Helper()
	a := i.send("POST", "/auth/oauth2/token", strings.NewReader("grant_type=client_credentials"),
		"Content-Type", "application/x-www-form-urlencoded",
		"Authorization", basic(luminance.DefaultClientID, luminance.DefaultClientSecret))
	token, _ := a.object()["access_token"].(string)
	return token
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// api calls the API as the service user.
func (i *instance) api(method, path string) answer {
	i.t.Helper()
	return i.send(method, "/api2"+path, nil, "Authorization", "Bearer "+i.token)
}

func (i *instance) apiJSON(method, path, body string) answer {
	i.t.Helper()
	return i.send(method, "/api2"+path, strings.NewReader(body), "Authorization", "Bearer "+i.token, "Content-Type", "application/json")
}

// upload uploads text to the root of Corporate; query is more of the query.
func (i *instance) upload(name, text, query string) answer {
	i.t.Helper()
	return i.uploadRaw(rootFolder, "name="+url.QueryEscape(name)+query, base64.StdEncoding.EncodeToString([]byte(text)))
}

const (
	corporate  = "/projects/11"
	rootFolder = "/projects/11/folders/52001"
)

func (i *instance) uploadRaw(folder, query, body string) answer {
	i.t.Helper()
	return i.send("POST", "/api2"+folder+"/upload?"+query, strings.NewReader(body),
		"Authorization", "Bearer "+i.token, "Content-Type", "application/octet-stream")
}

// content is what the instance keeps of a document.
func (i *instance) content(id int64) string {
	i.t.Helper()
	file, err := i.Open(id)
	i.g.Expect(err).NotTo(HaveOccurred())
	defer file.Close()
	data, err := io.ReadAll(file)
	i.g.Expect(err).NotTo(HaveOccurred())
	return string(data)
}
