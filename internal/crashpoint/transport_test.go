package crashpoint_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
)

const answer = "an answer of some length"

// host is a server that remembers the bodies that came, and how their reading ended.
type host struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []int
	errors []error
}

func newHost(t *testing.T) *host {
	h := &host{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		h.mu.Lock()
		h.bodies, h.errors = append(h.bodies, len(body)), append(h.errors, err)
		h.mu.Unlock()
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *host) seen() []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]int(nil), h.bodies...)
}

// post sends a body of a size and reads the answer.
func post(p *crashpoint.Process, url string, size int) (got string, err error) {
	client := &http.Client{Transport: &crashpoint.Transport{Process: p}}
	resp, err := client.Post(url, "text/plain", strings.NewReader(strings.Repeat("x", size)))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestARequestDiesAsItIsTold(t *testing.T) {
	const first, large = 3, 100_000
	for _, c := range []struct {
		flavour crashpoint.Flavour
		// arrives is the size of the second body that the server sees; got, what the process reads of the answer.
		arrives types.GomegaMatcher
		got     string
	}{
		{crashpoint.Before, nil, ""},
		{crashpoint.After, Equal(large), ""},
		{crashpoint.HalfSent, And(BeNumerically(">", 0), BeNumerically("<=", large/2)), ""},
		{crashpoint.HalfRead, Equal(large), answer[:len(answer)/2]},
	} {
		t.Run(string(c.flavour), func(t *testing.T) {
			g := NewWithT(t)
			h := newHost(t)
			p := crashpoint.Start(&crashpoint.Point{Step: 1, Flavour: c.flavour})
			g.Expect(post(p, h.URL, first)).To(Equal(answer))
			g.Expect(p.Dead()).To(BeFalse())

			got, err := post(p, h.URL, large)
			g.Expect(err).To(MatchError(crashpoint.ErrDead))
			g.Expect(got).To(Equal(c.got))
			g.Expect(p.Dead()).To(BeTrue())
			g.Expect(p.Context().Err()).To(MatchError(context.Canceled))

			_, err = post(p, h.URL, first)
			g.Expect(err).To(MatchError(crashpoint.ErrDead))
			g.Expect(p.Bury(nil)).To(Succeed())
			want := []any{first}
			if c.arrives != nil {
				want = append(want, c.arrives)
			}
			g.Eventually(h.seen).Should(HaveExactElements(want...))
			h.Close() // waits for what is under way
			g.Expect(h.seen()).To(HaveLen(len(want)), "a dead process sends nothing")
			if c.flavour == crashpoint.HalfSent {
				g.Expect(h.errors[1]).To(HaveOccurred(), "the server has to see that the body was cut")
			}
		})
	}
}

func TestASmallBodyHasNoMiddle(t *testing.T) {
	g := NewWithT(t)
	h := newHost(t)
	p := crashpoint.Start(&crashpoint.Point{Step: 0, Flavour: crashpoint.HalfSent})
	_, err := post(p, h.URL, 10)
	g.Expect(err).To(MatchError(crashpoint.ErrDead))
	g.Expect(h.seen()).To(Equal([]int{10}))
}

func TestStepsAreCountedWithTheirFlavours(t *testing.T) {
	g := NewWithT(t)
	h := newHost(t)
	p := crashpoint.Start(nil)
	g.Expect(post(p, h.URL+"/small", 3)).To(Equal(answer))
	g.Expect(post(p, h.URL+"/large", 100_000)).To(Equal(answer))
	g.Expect(p.Steps()).To(Equal([]crashpoint.Step{
		{Name: "POST /small", Flavours: []crashpoint.Flavour{crashpoint.Before, crashpoint.After, crashpoint.HalfRead}},
		{Name: "POST /large", Flavours: []crashpoint.Flavour{crashpoint.Before, crashpoint.After, crashpoint.HalfSent, crashpoint.HalfRead}},
	}))
	g.Expect(p.Dialed()).To(Equal(1), "a connection is used again")
}

// TestWhatIsNotCountedEndsWithTheProcess leaves a request open, as a watch is.
func TestWhatIsNotCountedEndsWithTheProcess(t *testing.T) {
	g := NewWithT(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	for _, base := range []http.RoundTripper{nil, http.DefaultTransport} {
		p := crashpoint.Start(nil)
		watch := &http.Client{Transport: &crashpoint.Transport{Process: p, Base: base, Counts: func(*http.Request) bool { return false }}}
		resp, err := watch.Get(server.URL)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(p.Steps()).To(BeEmpty())
		p.Kill()
		_, err = io.ReadAll(resp.Body)
		g.Expect(err).To(HaveOccurred())
		g.Expect(resp.Body.Close()).To(Succeed())
		_, err = watch.Get(server.URL)
		g.Expect(err).To(MatchError(crashpoint.ErrDead))
	}
}

func TestOnlyTheStepsOfAKindCountForIt(t *testing.T) {
	g := NewWithT(t)
	h := newHost(t)
	p := crashpoint.Start(&crashpoint.Point{Step: 1, Flavour: crashpoint.Before, Of: "POST /b"})
	for _, path := range []string{"/a", "/b", "/a"} {
		g.Expect(post(p, h.URL+path, 3)).To(Equal(answer))
	}
	_, err := post(p, h.URL+"/b", 3)
	g.Expect(err).To(MatchError(crashpoint.ErrDead))
}
