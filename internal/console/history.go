package console

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"dataroom.dev/intralinks-operator/internal/budget"
)

const (
	// sampleEvery is how often the allowances are looked at, and historyTime how far back the chart goes.
	sampleEvery = 15 * time.Second
	historyTime = time.Hour
)

// history is how the allowances stood in the last hour. It is lost with the process, and only for looking at.
type history struct {
	mu      sync.Mutex
	samples map[string][]sample
}

type sample struct {
	at          time.Time
	used, limit int
}

// Start keeps the history until ctx ends.
func (c *Console) Start(ctx context.Context) error {
	ticker := time.NewTicker(sampleEvery)
	defer ticker.Stop()
	for {
		c.history.note(c.Clock.Now(), c.Budgets())
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (h *history) note(now time.Time, states map[string]budget.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := map[string][]sample{}
	for host, state := range states {
		samples := h.samples[host]
		for len(samples) > 0 && now.Sub(samples[0].at) > historyTime {
			samples = samples[1:]
		}
		kept[host] = append(samples, sample{at: now, used: state.Used, limit: state.Limit})
	}
	h.samples = kept
}

func (h *history) of(host string) []sample {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]sample(nil), h.samples[host]...)
}

// budgetOf is the state of an instance's allowance.
func (c *Console) budgetOf(instance string) (budget.State, bool) {
	state, ok := c.Budgets()[withPort(instance)]
	return state, ok
}

// withPort spells a host as the budgets do.
func withPort(host string) string {
	host = strings.ToLower(host)
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), "443")
}
