package daytest

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
)

// plan is how long a day is, and how much happens.
type plan struct {
	speed            int
	lasts            time.Duration // on the fast clock
	exchanges, syncs int           // syncs of each exchange
	documents        int           // of each sync, at first
	interval         time.Duration // of each sync
	tokens           time.Duration // how long one is good
	people, faults   time.Duration // how often something happens
	restart          time.Duration // how often the operator is started anew, but not in the last third
	patience         time.Duration // of the machine's clock, for the first documents to arrive: far above what it takes
}

// A day in an hour, or, in every test, half an hour in a quarter of a minute.
var (
	wholeDay = plan{
		speed: 24, lasts: 24 * time.Hour, exchanges: 20, syncs: 10, documents: 20, interval: 15 * time.Minute, tokens: 25 * time.Minute,
		people: 30 * time.Second, faults: 3 * time.Minute, restart: 2 * time.Hour, patience: 90 * time.Minute,
	}
	halfAnHour = plan{
		speed: 120, lasts: 24 * time.Minute, exchanges: 2, syncs: 8, documents: 4, interval: 2 * time.Minute, tokens: 7 * time.Minute,
		people: 20 * time.Second, faults: time.Minute, restart: 8 * time.Minute, patience: 4 * time.Minute,
	}
)

// TestADay is a whole one with SOAK_DAY=whole, and that of an earlier one with its SOAK_SEED.
func TestADay(t *testing.T) {
	p, seed := halfAnHour, uint64(time.Now().UnixNano())
	if os.Getenv("SOAK_DAY") == "whole" {
		p = wholeDay
	}
	if given, err := strconv.ParseUint(os.Getenv("SOAK_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("SOAK_SEED=%d", seed)
	ctrl.SetLogger(logr.Discard())
	d := begin(t, p, rand.New(rand.NewPCG(seed, 0)))

	d.start()
	d.apply()
	d.comesToRest()
	d.restart() // what a process takes once has been taken
	d.comesToRest()
	before := d.measure()
	end := d.clock.Now().Add(p.lasts)
	d.live(end.Add(-p.lasts/3), p.restart)
	d.live(end, p.lasts)
	d.comesToRest()
	after := d.measure()
	d.stop()

	d.holds()
	d.grewLittle(before, after)
	d.leavesNothing()
	d.tell()
}
