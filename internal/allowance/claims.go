package allowance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"github.com/go-logr/logr"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// leaseDuration is how long the others take the last renewal for valid, beside the allowance's period.
	leaseDuration = time.Minute
	// validity is how long it is for the one that made it; a request that has left by then has arrived before the others'
	// time begins.
	validity = 45 * time.Second
	// renewInterval is well below both.
	renewInterval = 15 * time.Second
	// maxSkew is how far apart the clocks of one cluster's machines may be. It decides only about Leases that were
	// left behind.
	maxSkew = 5 * time.Minute
)

// Claims are the instances whose allowance this deployment spends. Its methods may be called from many goroutines. A nil
// *Claims is that of a process that runs without leader election: it claims nothing, and may spend all.
type Claims struct {
	// Reader reads past any cache.
	Reader client.Reader
	Writer client.Writer
	// Namespace and Name are those of this deployment's Lease.
	Namespace, Name string
	// Identity of this process, for people to read.
	Identity string
	// Watched is what this deployment looks after. One with a list of namespaces sees only the Leases in Namespace.
	Watched Watched
	// Lapsed, which may be nil, tells that this process leads its deployment no more: it holds nothing then.
	Lapsed func() bool
	Clock  clock.WithTicker
	Log    logr.Logger

	talk   sync.Mutex // held during a conversation with the API server
	lease  *coordinationv1.Lease
	seen   map[types.UID]sighting
	looked map[string]look // by key

	mu      sync.Mutex
	entries map[string]*entry // by key
	renewed time.Time         // when the last renewal that went through was begun
}

// entry is an instance that the Lease names.
type entry struct {
	period time.Duration
	// held: this deployment may spend.
	held bool
	// until is when the entry goes that isn't held any more.
	until time.Time
}

// look is what a look at the others' Leases has shown.
type look struct {
	taken *TakenError
	at    time.Time
}

// lookInterval is how soon the others' Leases are looked at again by who only wants to know.
const lookInterval = 5 * time.Second

// sighting is a state of another's Lease, and when it was first seen.
type sighting struct {
	version string
	at      time.Time
}

// keyOf stands for an instance in a Lease, which more people may read than may know the names of clients.
func keyOf(instance string) string {
	sum := sha256.Sum256([]byte(instance))
	return hex.EncodeToString(sum[:8])
}

// Claim takes the allowance of an instance, whose period is given, unless this deployment has it. It fails with a
// *TakenError where another one has it; else with what the API server said.
func (c *Claims) Claim(ctx context.Context, instance string, period time.Duration) error {
	if c == nil || c.extend(instance, period) {
		return nil
	}
	c.talk.Lock()
	defer c.talk.Unlock()
	if c.extend(instance, period) {
		return nil // by somebody who talked before
	}
	key := keyOf(instance)
	if err := c.open(ctx); err != nil {
		return err
	}
	c.tidy()
	if err := c.free(ctx, key); err != nil {
		return err
	}
	former := c.name(key, period)
	err := c.write(ctx)
	if err == nil {
		err = c.free(ctx, key)
	}
	if err != nil {
		// It was never spent from, and goes from the Lease with the next renewal.
		c.put(key, former)
		return err
	}
	c.hold(key)
	c.Log.Info("took the allowance of a Luminance instance", "instance", key)
	return nil
}

// Taken tells who else has the allowance of an instance, or had it seconds ago; nil: nobody has.
func (c *Claims) Taken(ctx context.Context, instance string) (*TakenError, error) {
	if c == nil || c.Holds(instance) {
		return nil, nil
	}
	c.talk.Lock()
	defer c.talk.Unlock()
	key := keyOf(instance)
	if last, ok := c.looked[key]; ok && c.Clock.Since(last.at) < lookInterval {
		return last.taken, nil
	}
	taken, err := c.takenBy(ctx, key)
	if err != nil {
		return nil, err
	}
	if c.looked == nil {
		c.looked = map[string]look{}
	}
	c.looked[key] = look{taken, c.Clock.Now()}
	return taken, nil
}

// Holds tells whether a request may be sent to an instance now.
func (c *Claims) Holds(instance string) bool {
	if c == nil {
		return true
	}
	if c.Lapsed != nil && c.Lapsed() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[keyOf(instance)]
	return e != nil && e.held && c.valid()
}

// Release gives an instance back that is not used any more. It stays named for a period, for what was spent.
func (c *Claims) Release(instance string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[keyOf(instance)]; e != nil && e.held {
		e.held, e.until = false, c.Clock.Now().Add(e.period)
	}
}

// valid tells whether the last renewal still is. The caller holds mu.
func (c *Claims) valid() bool { return c.Clock.Since(c.renewed) < validity }

// extend lets an instance that is held have a longer period; false: it is not held.
func (c *Claims) extend(instance string, period time.Duration) bool {
	if !c.Holds(instance) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[keyOf(instance)]
	e.period = max(e.period, period)
	return e.held
}

// name puts an instance into the Lease, and gives what stood there.
func (c *Claims) name(key string, period time.Duration) (former *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	former = c.entries[key]
	named := &entry{period: period, until: c.Clock.Now().Add(period)}
	if former != nil {
		named.period = max(period, former.period)
	}
	c.entries[key] = named
	return former
}

func (c *Claims) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e == nil {
		delete(c.entries, key)
		return
	}
	c.entries[key] = e
}

func (c *Claims) hold(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key].held = true
}
