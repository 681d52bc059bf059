package luminance_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// allowed starts an instance with switches set, signed in and with its whole
// allowance.
func allowed(t *testing.T, switches ...string) *instance {
	t.Helper()
	i := start(t, luminance.Options{})
	i.set("budgetRequests", "100")
	i.set(switches...)
	i.ResetUsage()
	return i
}

// passing sends n requests and writes a dot for each that passes, x for a 429.
func (i *instance) passing(n int) string {
	i.t.Helper()
	var seen strings.Builder
	for range n {
		switch status := i.api("GET", "/").status; status {
		case 200:
			seen.WriteByte('.')
		case 429:
			seen.WriteByte('x')
		default:
			i.t.Fatalf("status %d", status)
		}
	}
	return seen.String()
}

// TestDocumentedAllowance: 100 requests in 10 minutes, on by default, and a 429
// that says nothing.
func TestDocumentedAllowance(t *testing.T) {
	i := startWithAllowance(t, luminance.Options{})
	i.token = i.signIn() // counts too
	i.g.Expect(i.passing(101)).To(Equal(strings.Repeat(".", 99) + "xx"))
	a := i.api("GET", "/projects")
	i.g.Expect(a.status).To(Equal(429))
	i.g.Expect(a.body).To(BeEmpty())
	for name := range a.header {
		i.g.Expect([]string{"Date", "Content-Length"}).To(ContainElement(name), "the answer is bare")
	}
	i.g.Expect(i.send("GET", "/nothing", nil).status).To(Equal(429), "whatever is asked")
	i.g.Expect(i.send("POST", "/auth/oauth2/token", nil).status).To(Equal(429))
	i.g.Expect(i.upload("a", "text", "&replace=false").status).To(Equal(429))
	i.g.Expect(i.Documents(true)).To(BeEmpty())
	i.Advance(10*time.Minute - time.Millisecond)
	i.g.Expect(i.passing(1)).To(Equal("x"))
	i.Advance(time.Millisecond)
	i.g.Expect(i.passing(1)).To(Equal("."))
	i.g.Expect(i.Usage()).To(Equal(luminance.Usage{Limit: 100, Per: "10m0s", Used: 1, Total: 101, Refused: 7, Largest: 100}))
}

// TestWindows spends two requests at the start, one after 6 minutes and tries again
// after 10 and 16: a sliding window lets back in what left it, a fixed one starts
// anew.
func TestWindows(t *testing.T) {
	for window, want := range map[string]string{
		"sliding": "..|.x|..x|.x",
		"fixed":   "..|.x|...x|x",
	} {
		i := allowed(t, "rateWindow", window, "budgetRequests", "3")
		var seen []string
		for _, step := range []struct {
			after time.Duration
			n     int
		}{{0, 2}, {6 * time.Minute, 2}, {4 * time.Minute, len(strings.Split(want, "|")[2])}, {6 * time.Minute, len(strings.Split(want, "|")[3])}} {
			i.Advance(step.after)
			seen = append(seen, i.passing(step.n))
		}
		i.g.Expect(strings.Join(seen, "|")).To(Equal(want), window)
		i.g.Expect(i.Usage().Largest).To(Equal(map[string]int{"sliding": 3, "fixed": 4}[window]))
	}
}

// TestFixedWindowBegins with the first request after the one before has ended.
func TestFixedWindowBegins(t *testing.T) {
	i := allowed(t, "rateWindow", "fixed", "budgetRequests", "1")
	i.g.Expect(i.passing(1)).To(Equal("."))
	i.Advance(25 * time.Minute)
	i.g.Expect(i.passing(1)).To(Equal("."))
	i.Advance(9 * time.Minute)
	i.g.Expect(i.passing(1)).To(Equal("x"))
	i.Advance(time.Minute)
	i.g.Expect(i.passing(1)).To(Equal("."))
}

func TestWhoSharesTheAllowance(t *testing.T) {
	for scope, want := range map[string]string{"instance": "xx", "token": ".."} {
		i := allowed(t, "rateScope", scope, "budgetRequests", "2", "tokenCounts", "off")
		first := i.token
		i.g.Expect(i.passing(3)).To(Equal("..x"))
		i.token = i.signIn()
		i.g.Expect(i.passing(2)).To(Equal(want), scope)
		i.token = first
		i.g.Expect(i.passing(1)).To(Equal("x"), "the first has spent its own")
	}
}

func TestWhatCounts(t *testing.T) {
	for _, tc := range []struct {
		name, value string
		then        string // after signing in twice, with three to spend
	}{{"tokenCounts", "on", ".xx"}, {"tokenCounts", "off", "..."}} {
		i := allowed(t, "budgetRequests", "3", tc.name, tc.value)
		i.signIn()
		i.signIn()
		i.g.Expect(i.passing(3)).To(Equal(tc.then), tc.value)
	}
	// Two are spent and one is refused, 9 minutes later; 2 minutes after that the
	// two have left the window.
	for value, then := range map[string]string{"off": "..x", "on": ".xx"} {
		i := allowed(t, "budgetRequests", "2", "refusedCounts", value)
		i.g.Expect(i.passing(2)).To(Equal(".."))
		i.Advance(9 * time.Minute)
		i.g.Expect(i.passing(1)).To(Equal("x"))
		i.Advance(2 * time.Minute)
		i.g.Expect(i.passing(3)).To(Equal(then), value)
	}
}

func TestRetryAfter(t *testing.T) {
	for window, want := range map[string]string{"sliding": "240", "fixed": "240"} {
		i := allowed(t, "rateWindow", window, "budgetRequests", "2", "retryAfter", "on")
		i.passing(1)
		i.Advance(time.Minute)
		i.passing(1)
		i.Advance(5*time.Minute + 500*time.Millisecond)
		i.g.Expect(i.api("GET", "/").header.Get("Retry-After")).To(Equal(want), "rounded up")
		i.Advance(240 * time.Second)
		i.g.Expect(i.passing(1)).To(Equal("."), "it is true")
	}
}

func TestOtherAllowances(t *testing.T) {
	i := allowed(t, "budgetRequests", "2", "budgetPer", "3s")
	i.g.Expect(i.passing(3)).To(Equal("..x"))
	i.Advance(3 * time.Second)
	i.g.Expect(i.passing(1)).To(Equal("."))
	i.ResetUsage()
	i.g.Expect(i.Usage()).To(Equal(luminance.Usage{Limit: 2, Per: "3s"}))
	i.g.Expect(i.passing(2)).To(Equal(".."))
	i.set("budgetRequests", "0")
	i.g.Expect(i.passing(300)).To(Equal(strings.Repeat(".", 300)), "0 lifts it")
}

// TestAllowanceIsNotOverdrawn by requests that come at once.
func TestAllowanceIsNotOverdrawn(t *testing.T) {
	i := allowed(t, "budgetRequests", "50")
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if i.api("GET", "/").status == 200 {
					passed.Add(1)
				}
			}
		})
	}
	all.Wait()
	i.g.Expect(passed.Load()).To(BeEquivalentTo(50))
	i.g.Expect(i.Usage()).To(Equal(luminance.Usage{Limit: 50, Per: "10m0s", Used: 50, Total: 50, Refused: 110, Largest: 50}))
}

// TestAdminRequestsAreFree: what a test asks costs its subject nothing.
func TestAdminRequestsAreFree(t *testing.T) {
	i := allowed(t, "budgetRequests", "1")
	i.Control().ResetRequests()
	for range 5 {
		i.g.Expect(i.send("GET", "/_sim/usage", nil).status).To(Equal(200))
	}
	i.g.Expect(i.passing(2)).To(Equal(".x"))
	i.g.Expect(i.send("GET", "/_sim/usage", nil).object()).To(Equal(map[string]any{
		"limit": 1.0, "per": "10m0s", "used": 1.0, "total": 1.0, "refused": 1.0, "largest": 1.0,
	}))
	log := i.Control().Requests()
	i.g.Expect(log).To(HaveLen(2))
	i.g.Expect(fmt.Sprint(log[0].Counted, log[1].Counted)).To(Equal("true false"))
}
