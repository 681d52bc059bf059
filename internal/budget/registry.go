package budget

import (
	"context"
	"maps"
	"net"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Registry has one Budget for each host, whoever asks for it.
type Registry struct {
	store Store
	clock clock.Clock

	// OnWait, which may be nil, hears how long each request waited that Acquire let go; set it before the first
	// budget is asked for. It must not block.
	OnWait func(host string, waited time.Duration)

	mu      sync.Mutex
	budgets map[string]*Budget
}

// NewRegistry makes a registry. Without a store (nil) a restart begins a new period; without a clock
// (nil) it uses the real one.
func NewRegistry(store Store, clk clock.Clock) *Registry {
	if clk == nil {
		clk = clock.RealClock{}
	}
	return &Registry{store: store, clock: clk, budgets: map[string]*Budget{}}
}

// For returns the budget of a host, as it stands in a URL: with its port, if it has one. What earlier
// processes sent is loaded from the store the first time; if that fails, so does For, and the next call
// tries again. Configure the host first, so that all the periods are known that requests are kept for.
func (r *Registry) For(ctx context.Context, host string) (*Budget, error) {
	b := r.budget(host)
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

// Configure sets the limit that a user of the host (an integration, by namespace and name) asks for.
// Of several users' limits the strictest holds: all of them at once, that is; where two have the same
// period, the smaller share. What was sent before counts under the new limit too.
func (r *Registry) Configure(host, user string, l Limit) {
	r.budget(host).configure(func(limits map[string]Limit) { limits[user] = l })
}

// Forget drops a user's limit. The limits of the last user stay in force until another comes:
// requests may be under way, and the instance is the same.
func (r *Registry) Forget(host, user string) {
	r.budget(host).configure(func(limits map[string]Limit) { delete(limits, user) })
}

// States tells how much of each budget is used that somebody has a limit for, by host.
func (r *Registry) States() map[string]State {
	r.mu.Lock()
	budgets := maps.Clone(r.budgets)
	r.mu.Unlock()
	states := map[string]State{}
	for host, b := range budgets {
		if b.used() {
			states[host] = b.State()
		}
	}
	return states
}

func (r *Registry) budget(host string) *Budget {
	host = canonical(host)
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.budgets[host]
	if b == nil {
		b = newBudget(host, r.store, r.clock)
		if r.OnWait != nil {
			b.onWait = r.OnWait
		}
		r.budgets[host] = b
	}
	return b
}

// canonical spells a host one way: in lower case, without the dot that ends a full domain name, with its
// port. A host without one has that of https, which every service but one on loopback is reached by.
func canonical(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	name, port, err := net.SplitHostPort(host)
	if err != nil || port == "" {
		name, port = strings.Trim(strings.TrimSuffix(host, ":"), "[]"), "443"
	}
	return net.JoinHostPort(strings.TrimSuffix(name, "."), port)
}
