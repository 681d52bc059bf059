package luminance_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// breaks arms a fault for the next request to a path; args are pairs.
func (i *instance) breaks(fault, path string, args ...string) {
	i.t.Helper()
	rule := control.FaultRule{Fault: fault, Path: path, Args: map[string]string{}}
	for n := 0; n < len(args); n += 2 {
		rule.Args[args[n]] = args[n+1]
	}
	i.g.Expect(i.Control().AddFault(rule)).To(Succeed())
}

// TestFaultsOfUploads: each fault strikes once; what matters is the answer, and
// whether the document is there all the same.
func TestFaultsOfUploads(t *testing.T) {
	for _, tc := range []struct {
		fault  string
		args   []string
		status int
		stored int
	}{
		{"reset", nil, 0, 0},
		{"drop-before-commit", nil, 0, 0},
		{"drop-after-commit", nil, 0, 1},
		{"broken-answer", nil, 0, 1},
		{"error-before-commit", nil, 500, 0},
		{"error-before-commit", []string{"status", "502"}, 502, 0},
		{"error-after-commit", nil, 503, 1},
		{"error-after-commit", []string{"status", "504"}, 504, 1},
		{"latency", []string{"delay", "1ms"}, 200, 1},
		{"late-answer", []string{"delay", "1ms"}, 200, 1},
		{"slow-upload", []string{"delay", "1ms", "bytes", "3"}, 200, 1},
		{"slow-body", []string{"delay", "1ms", "bytes", "50"}, 200, 1},
		{"unauthorized", nil, 401, 0},
		{"forbidden", nil, 403, 0},
		{"throttle", nil, 429, 0},
		{"html", nil, 200, 0},
		{"redirect", nil, 302, 0},
		{"deleted-by-person", nil, 200, 0},
		{"foreign-document", nil, 422, 1},
	} {
		t.Run(tc.fault+strings.Join(tc.args, " "), func(t *testing.T) {
			i := start(t, luminance.Options{})
			i.breaks(tc.fault, "/**/upload", tc.args...)
			i.g.Expect(i.api("GET", corporate).status).To(Equal(200), "other requests don't notice")
			a := i.upload("a.txt", "ours", "&replace=false")
			i.g.Expect(a.status).To(Equal(tc.status), a.body)
			i.g.Expect(i.Documents(true)).To(HaveLen(tc.stored))
			if tc.status == 200 && tc.fault != "html" {
				i.g.Expect(a.object()).To(HaveKeyWithValue("name", "a.txt"))
			}
			i.g.Expect(i.upload("b.txt", "ours", "&replace=false").status).To(Equal(200), "it strikes once")
		})
	}
}

func TestFaultsThatAnswer(t *testing.T) {
	i := start(t, luminance.Options{})
	struck := func(fault string, args ...string) answer {
		i.breaks(fault, "", args...)
		return i.api("GET", corporate)
	}
	i.g.Expect(struck("unauthorized").header.Get("WWW-Authenticate")).To(Equal("Bearer"))
	bare := struck("throttle")
	i.g.Expect(bare.body).To(BeEmpty())
	i.g.Expect(bare.header).NotTo(HaveKey("Retry-After"))
	i.g.Expect(struck("throttle", "retryAfter", "7").header.Get("Retry-After")).To(Equal("7"))
	page := struck("html")
	i.g.Expect(page.header.Get("Content-Type")).To(HavePrefix("text/html"))
	i.g.Expect(page.body).To(HavePrefix("<!DOCTYPE html>"))
	i.g.Expect(struck("redirect").header.Get("Location")).To(Equal("https://elsewhere.invalid/"))
	i.g.Expect(struck("redirect", "location", "/here").header.Get("Location")).To(Equal("/here"))
	half := struck("broken-answer")
	i.g.Expect(half.header.Get("Content-Type")).To(HavePrefix("application/json"))
	whole := i.api("GET", corporate).body
	i.g.Expect(half.body).To(Equal(whole[:len(whole)/2]))
}

// TestStorm: a fault can strike until it is called off.
func TestStorm(t *testing.T) {
	i := start(t, luminance.Options{})
	i.g.Expect(i.Control().AddFault(control.FaultRule{Fault: "throttle", Times: -1})).To(Succeed())
	for range 20 {
		i.g.Expect(i.api("GET", "/").status).To(Equal(429))
	}
	i.Control().ClearFaults()
	i.g.Expect(i.api("GET", "/").status).To(Equal(200))
}

func TestFaultsOfLists(t *testing.T) {
	i := numbered(t, 10)
	list := func(fault string, args ...string) answer {
		i.breaks(fault, "/**/documents", args...)
		return i.api("GET", corporate+"/documents")
	}
	i.g.Expect(span(list("truncated-list"))).To(Equal("200: 000-004 5"), "whole to look at")
	i.g.Expect(span(list("truncated-list", "keep", "9"))).To(Equal("200: 000-008 9"))
	i.g.Expect(span(list("truncated-list", "keep", "99"))).To(Equal("200: 000-009 10"))
	i.g.Expect(list("empty-list").body).To(Equal("[]\n"))
	broken := list("broken-list")
	i.g.Expect(broken.status).To(BeZero(), "it never ends")
	whole := i.api("GET", corporate+"/documents").body
	i.g.Expect(strings.HasPrefix(whole, broken.body)).To(BeTrue())
	i.g.Expect(broken.body).To(ContainSubstring(`"004"`))
	i.g.Expect(broken.body).NotTo(ContainSubstring(`"006"`))
}

// TestForeignDocuments: somebody else's document comes between the look and the
// upload.
func TestForeignDocuments(t *testing.T) {
	for replace, want := range map[string]int{"false": 422, "true": 200} {
		i := start(t, luminance.Options{})
		i.breaks("foreign-document", "/**/upload")
		a := i.upload("a.txt", "ours", "&replace="+replace)
		i.g.Expect(a.status).To(Equal(want))
		theirs := i.Documents(true)[0]
		i.g.Expect(theirs.CreatedBy).To(BeEquivalentTo(luminance.PersonID))
		i.g.Expect(i.content(theirs.ID)).To(HavePrefix("Uploaded by somebody else"))
		if replace == "true" {
			i.g.Expect(a.object()).To(And(HaveKeyWithValue("version", 2.0), HaveKeyWithValue("created_by", 4.0)))
		}
	}
}

// startApart sends a request that is given up by calling the function; its error
// comes over the channel.
func (i *instance) startApart(method, path, body string) (giveUp func(), done <-chan error) {
	i.t.Helper()
	ctx, cancel := context.WithCancel(i.t.Context())
	i.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, i.url+"/api2"+path, strings.NewReader(body))
	i.g.Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Authorization", "Bearer "+i.token)
	r.Header.Set("Content-Type", "application/octet-stream")
	ended := make(chan error, 1)
	go func() {
		resp, err := new(http.Client).Do(r)
		if err == nil {
			resp.Body.Close()
		}
		ended <- err
	}()
	return cancel, ended
}

// TestWaiting: the delays are longer than anything here takes, so what is seen is
// seen meanwhile.
func TestWaiting(t *testing.T) {
	i := start(t, luminance.Options{})
	i.Control().ResetRequests()
	i.breaks("latency", "/**/me", "delay", (2 * patience).String())
	giveUp, done := i.startApart("GET", "/users/me", "")
	i.g.Eventually(i.Control().Requests).Should(HaveLen(1))
	i.g.Expect(i.api("GET", "/").status).To(Equal(200), "others needn't wait")
	i.g.Expect(done).NotTo(Receive())
	giveUp()
	i.g.Eventually(done).Should(Receive(MatchError(context.Canceled)))

	i.breaks("late-answer", "", "delay", (2 * patience).String())
	giveUp, done = i.startApart("POST", rootFolder+"/upload?name=a&replace=false", "aGVsbG8=")
	i.g.Eventually(func() int { return len(i.Documents(true)) }).Should(Equal(1))
	i.g.Expect(done).NotTo(Receive(), "it is stored, and nobody was told")
	giveUp()
	i.g.Eventually(done).Should(Receive(MatchError(context.Canceled)))
}

// TestSlowAnswer: an answer comes piece by piece.
func TestSlowAnswer(t *testing.T) {
	i := start(t, luminance.Options{})
	i.breaks("slow-body", "", "delay", (2 * patience).String(), "bytes", "5")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, i.url+"/api2/", http.NoBody)
	i.g.Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Authorization", "Bearer "+i.token)
	resp, err := new(http.Client).Do(r)
	i.g.Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	piece := make([]byte, 100)
	n, err := resp.Body.Read(piece)
	i.g.Expect(err).NotTo(HaveOccurred())
	i.g.Expect(string(piece[:n])).To(Equal(`{"api`))
}

// TestSlowUpload: a document is read piece by piece, so slowly here that a time
// limit strikes.
func TestSlowUpload(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("bodyTimeout", "200ms")
	i.breaks("slow-upload", "", "delay", "201ms", "bytes", "65536")
	i.g.Expect(i.upload("a", strings.Repeat("x", 200_000), "&replace=false").status).To(Equal(408))
	i.g.Expect(i.Documents(true)).To(BeEmpty())
}

// TestSkewedClock: what the instance tells is ahead of the time.
func TestSkewedClock(t *testing.T) {
	i := start(t, luminance.Options{})
	for skew, want := range map[string]string{"5m": "12:05:00", "-90s": "11:58:30"} {
		i.set("clockSkew", skew)
		a := i.upload(skew, "text", "&replace=false")
		i.g.Expect(a.header.Get("Date")).To(Equal("Mon, 02 Mar 2026 " + want + " GMT"))
		i.g.Expect(a.object()).To(HaveKeyWithValue("created_at", "2026-03-02T"+want+".000Z"))
		i.g.Expect(i.makeFolder(52001, skew).object()).To(HaveKeyWithValue("created_at", "2026-03-02T"+want+".000Z"))
		i.g.Expect(a.object()).To(HaveKeyWithValue("state", "import_pending"), "no time has passed")
	}
}
