package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// sample is a control with one switch of each sort and two kinds of fault.
func sample() *control.Control {
	return control.New([]control.Switch{
		{Name: "ranges", Values: control.OnOff(), Default: "off", Evidence: control.Choice},
		{Name: "throttleStatus", Values: []string{"500", "429"}, Default: "500", Evidence: control.Inferred},
		{Name: "pageSize", Default: "0", Evidence: control.Choice},
		{Name: "tokenTTL", Default: "1h0m0s", Evidence: control.Documented},
		{Name: "realm", Default: "main", Evidence: control.Choice},
	}, []control.FaultKind{{Name: "reset"}, {Name: "truncate"}})
}

func TestSwitchesTakeOnlyWhatTheyDeclare(t *testing.T) {
	for _, tc := range []struct{ name, value, wantError string }{
		{"ranges", "on", ""},
		{"ranges", "yes", `switch ranges takes on or off, not "yes"`},
		{"throttleStatus", "429", ""},
		{"throttleStatus", "503", `switch throttleStatus takes 500 or 429, not "503"`},
		{"pageSize", "50", ""},
		{"pageSize", "many", `switch pageSize takes a whole number, not "many"`},
		{"tokenTTL", "2s", ""},
		{"tokenTTL", "2", `switch tokenTTL takes a duration such as "1h0m0s", not "2"`},
		{"realm", "anything", ""},
		{"range", "on", `no switch is called "range"; there are: ranges, throttleStatus, pageSize, tokenTTL, realm`},
	} {
		t.Run(tc.name+"="+tc.value, func(t *testing.T) {
			g := NewWithT(t)
			c := sample()
			err := c.Set(tc.name, tc.value)
			if tc.wantError != "" {
				g.Expect(err).To(MatchError(tc.wantError))
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(c.Get(tc.name)).To(Equal(tc.value))
		})
	}
}

func TestTypedReads(t *testing.T) {
	g := NewWithT(t)
	c := sample()
	g.Expect(c.Bool("ranges")).To(BeFalse())
	g.Expect(c.Int("pageSize")).To(BeZero())
	g.Expect(c.Duration("tokenTTL")).To(Equal(time.Hour))
	g.Expect(func() { c.Get("unheard-of") }).To(Panic())
	g.Expect(func() { c.Int("realm") }).To(Panic())
}

func TestDeclarationsAreChecked(t *testing.T) {
	g := NewWithT(t)
	twice := []control.Switch{{Name: "a"}, {Name: "a"}}
	wrong := []control.Switch{{Name: "a", Values: control.OnOff(), Default: "maybe"}}
	g.Expect(func() { control.New(twice, nil) }).To(Panic())
	g.Expect(func() { control.New(wrong, nil) }).To(Panic())
}

func TestFaultsStrikeWhereAndAsOftenAsAsked(t *testing.T) {
	for _, tc := range []struct {
		name     string
		rule     control.FaultRule
		requests []string // method and path
		want     string   // one letter a request: x for a strike
	}{
		{"once, at any request", control.FaultRule{}, []string{"GET /a", "GET /a"}, "x."},
		{"three times", control.FaultRule{Times: 3}, []string{"GET /a", "GET /a", "GET /a", "GET /a"}, "xxx."},
		{"until removed", control.FaultRule{Times: -1}, []string{"GET /a", "GET /a", "GET /a"}, "xxx"},
		{"after two", control.FaultRule{Skip: 2}, []string{"GET /a", "GET /a", "GET /a", "GET /a"}, "..x."},
		{"one method", control.FaultRule{Method: "POST"}, []string{"GET /a", "POST /a"}, ".x"},
		{"one segment", control.FaultRule{Path: "/a/*/file"}, []string{"GET /a/1", "GET /a/1/2/file", "GET /a/1/file"}, "..x"},
		{"any depth", control.FaultRule{Path: "/**/file"}, []string{"GET /a/1", "GET /a/1/2/file"}, ".x"},
		{"skip counts matching requests only", control.FaultRule{Path: "/b", Skip: 1}, []string{"GET /b", "GET /a", "GET /b"}, "..x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			c := sample()
			tc.rule.Fault = "reset"
			g.Expect(c.AddFault(tc.rule)).To(Succeed())
			var got strings.Builder
			for _, request := range tc.requests {
				method, path, _ := strings.Cut(request, " ")
				if _, due := c.Due(httptest.NewRequest(method, path, nil)); due {
					got.WriteByte('x')
				} else {
					got.WriteByte('.')
				}
			}
			g.Expect(got.String()).To(Equal(tc.want))
		})
	}
}

func TestOneFaultARequest(t *testing.T) {
	g := NewWithT(t)
	c := sample()
	g.Expect(c.AddFault(control.FaultRule{Fault: "reset"})).To(Succeed())
	g.Expect(c.AddFault(control.FaultRule{Fault: "truncate", Args: map[string]string{"after": "10"}})).To(Succeed())
	r := httptest.NewRequest(http.MethodGet, "/a", nil)
	first, _ := c.Due(r)
	second, _ := c.Due(r)
	_, third := c.Due(r)
	g.Expect([]string{first.Fault, second.Fault}).To(Equal([]string{"reset", "truncate"}))
	g.Expect(second.Args).To(HaveKeyWithValue("after", "10"))
	g.Expect(third).To(BeFalse())
}

func TestFaultsAreChecked(t *testing.T) {
	for _, tc := range []struct {
		rule control.FaultRule
		want string
	}{
		{control.FaultRule{Fault: "explode"}, "there are: reset, truncate"},
		{control.FaultRule{Fault: "reset", Path: "/[a"}, "no valid glob"},
		{control.FaultRule{Fault: "reset", Times: -2}, "times is -1 or more"},
		{control.FaultRule{Fault: "reset", Skip: -1}, "skip is 0 or more"},
	} {
		NewWithT(t).Expect(sample().AddFault(tc.rule)).To(MatchError(ContainSubstring(tc.want)))
	}
}

// serve starts an echo service behind a control.
func serve(t *testing.T, c *control.Control) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(c.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		switch r.URL.Path {
		case "/reset":
			panic(http.ErrAbortHandler)
		case "/silent":
		case "/counted":
			control.Count(r)
			w.WriteHeader(http.StatusTeapot)
		default:
			_, _ = w.Write(body)
		}
	})))
	t.Cleanup(srv.Close)
	return srv
}

func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func TestRequestLogTellsWhatCameAndWhatWent(t *testing.T) {
	g := NewWithT(t)
	c := sample()
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	c.SetClock(func() time.Time { return noon })
	srv := serve(t, c)
	call(t, http.MethodPost, srv.URL+"/echo?a=1", "hello")
	call(t, http.MethodGet, srv.URL+"/silent", "")
	call(t, http.MethodGet, srv.URL+"/reset", "")
	call(t, http.MethodGet, srv.URL+"/counted", "")
	call(t, http.MethodGet, srv.URL+"/_sim/", "")
	entries := c.Requests()
	for i := range entries {
		g.Expect(entries[i].At).To(Equal(noon))
		entries[i].At = time.Time{}
	}
	g.Expect(entries[:2]).To(Equal([]control.Entry{
		{Method: "POST", Path: "/echo", Query: "a=1", Status: 200, BytesIn: 5, BytesOut: 5},
		{Method: "GET", Path: "/silent", Status: 200},
	}))
	// A GET that is cut off may be repeated by net/http, so it stands there at
	// least once, and without a status.
	g.Expect(entries).To(ContainElement(control.Entry{Method: "GET", Path: "/reset"}))
	g.Expect(entries[len(entries)-1]).To(Equal(control.Entry{Method: "GET", Path: "/counted", Status: 418, Counted: true}))
	c.ResetRequests()
	g.Expect(c.Requests()).To(BeEmpty())
}

func TestRequestLogHoldsNoSecret(t *testing.T) {
	for given, want := range map[string]string{
		"grant_type=x&client_secret=hush&client_id=me": "grant_type=x&client_secret=…&client_id=me",
		"state=hush&accesscode=hush":                   "state=…&accesscode=…",
		"Password=hush&token=hush&code=hush":           "Password=…&token=…&code=…",
		"client%5Fsecret=hush":                         "client%5Fsecret=…",
		"refresh_token=hush&assertion=hush":            "refresh_token=…&assertion=…",
		"%zz=1&phase=ok":                               "%zz=1&phase=ok",
		"":                                             "",
	} {
		g := NewWithT(t)
		c := sample()
		c.Record(control.Entry{Query: given})
		g.Expect(c.Requests()[0].Query).To(Equal(want))
	}
	g := NewWithT(t)
	c := sample()
	call(t, http.MethodGet, serve(t, c).URL+"/v2/users/ada%40firm.example/rights", "")
	g.Expect(c.Requests()[0].Path).To(Equal("/v2/users/…/rights"))
}

func TestAdminAPI(t *testing.T) {
	g := NewWithT(t)
	c := sample()
	c.Handle("GET /_sim/rooms/{id}", func(w http.ResponseWriter, r *http.Request) {
		control.WriteJSON(w, http.StatusOK, r.PathValue("id"))
	})
	srv := serve(t, c)
	do := func(method, path, body string, wantStatus int, wantInBody ...string) {
		t.Helper()
		status, answer := call(t, method, srv.URL+"/_sim/"+path, body)
		g.Expect(status).To(Equal(wantStatus), answer)
		for _, want := range wantInBody {
			g.Expect(answer).To(ContainSubstring(want))
		}
	}
	do("GET", "", "", 200, "ranges", "truncate", "GET /_sim/rooms/{id}")
	do("PUT", "switches", `{"ranges":"on","pageSize":"5"}`, 200, `"value": "on"`)
	do("PUT", "switches", `{"ranges":"off","pageSize":"x"}`, 400, "switch pageSize takes a whole number")
	do("PUT", "switches", `{"rangs":"on"}`, 400, "there are: ranges")
	do("PUT", "switches", `{"ranges":true}`, 400)
	do("POST", "faults", `{"fault":"reset","path":"/echo","times":2}`, 201)
	do("POST", "faults", `{"fault":"reset","often":2}`, 400, "often")
	do("POST", "faults", `{"fault":"explode"}`, 400, "there are: reset, truncate")
	do("GET", "faults", "", 200, `"path": "/echo"`)
	do("DELETE", "faults", "", 204)
	do("GET", "rooms/7", "", 200, `"7"`)
	do("GET", "nothing", "", 404, "no GET /_sim/nothing")
	do("PATCH", "faults", "", 404, "no PATCH /_sim/faults")
	g.Expect(c.Bool("ranges")).To(BeTrue(), "a refused set of switches changes none of them")
	_, due := c.Due(httptest.NewRequest(http.MethodGet, "/echo", nil))
	g.Expect(due).To(BeFalse(), "removed faults don't strike")

	call(t, http.MethodGet, srv.URL+"/echo", "")
	_, answer := call(t, http.MethodGet, srv.URL+"/_sim/requests", "")
	var entries []control.Entry
	g.Expect(json.Unmarshal([]byte(answer), &entries)).To(Succeed())
	g.Expect(entries).To(HaveLen(1), "calls of the admin API are not logged")
	do("DELETE", "requests", "", 204)
	g.Expect(c.Requests()).To(BeEmpty())
}
