package budget

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzRules plays scripts against the rules, and holds them after every step against plain counting. A script
// is a row of letters, each with the number before it (1 where there is none):
//
//	r  reserve as many slots, those that are free     k  let seconds pass
//	s  settle the oldest open ones                    m  let milliseconds pass
//	e  settle the newest                              n  go to the next moment that matters
//	l  release the newest                             b  go to a nanosecond before it
//	o  load one sent so many seconds ago              p  let so many periods pass
//	t  a 429 with a pause of so many seconds, or a whole period where it is 0
//	c  change share and period; a  add a second limit of so many seconds
//	w  another process takes over
func FuzzRules(f *testing.F) {
	for _, script := range []string{
		"80r80sn80r80snnn", "100r10k50s10k50e1p100r", "3rl2s600kr", "5r0t5snbnr", "2rt1pr2t1pr3t1prsp5p", "40r40s300k40r40snnbn",
		"3500o600o10o100rs", "10r10s2cn10r10s7cn", "20r5a20s5knr12anr", "9r1m1s1m1s1m1s1m1s1m5s600kn", "0r0m0s0k0l0e0p0o", "100r999k", "rs1tprs1tprs1tprs1tp", "r1t3cs2n", "80r50sw50r600k80r", "9r9s5tw3600kw1r", "5r9t5sm2kwnrwn", "1mr1ms1mw600kr",
		"80r80s300kw80r", "50r300kw400kr", "rs1tkrs1tkw",
	} {
		f.Add(uint16(100), uint32(600_000), uint8(20), script)
		f.Add(uint16(3), uint32(1_000), uint8(0), script)
	}
	f.Add(uint16(5000), uint32(10_000), uint8(0), "9r9s1m9r9s9999m1s")
	f.Add(uint16(1), uint32(1), uint8(100), "rsnrsn2msr")
	f.Add(uint16(5000), uint32(10_000), uint8(0), strings.Repeat("99r3m99s", 60))
	f.Add(uint16(2), uint32(7_200_000), uint8(0), "2r2s5000k9cr7200kn")
	f.Add(uint16(2), uint32(7_200_000), uint8(0), "2r2s1000kw")
	f.Fuzz(func(t *testing.T, requests uint16, millis uint32, reserve uint8, script string) {
		limit := Limit{Requests: int(requests), Per: time.Duration(millis%86_400_000) * time.Millisecond, Reserve: int(reserve)}
		m := newModel(t, limit)
		n, given := 0, false
		for _, letter := range []byte(script[:min(len(script), 256)]) {
			if letter >= '0' && letter <= '9' {
				n, given = min(10*n+int(letter-'0'), 100_000), true
				continue
			}
			if !given {
				n = 1
			}
			m.step(letter, n)
			m.check()
			n, given = 0, false
		}
		m.checkServer()
		m.checkRecovery()
	})
}

// model counts what the rules should, one request at a time.
type model struct {
	*testing.T
	r     *rules
	now   int64
	limit Limit

	open   []slot          // as they were reserved
	sent   []request       // in the order in which they were done
	known  map[int64]int64 // by period, since when a window has to know of requests
	memory int64           // how long requests are remembered
	steady bool            // the limits were never changed

	// For restart: the present limits, what the Store was told of the latest 429, the time at moment 0, by how
	// much what it was told is rounded up, and whether it was told of every request.
	limits    []Limit
	throttled StoredThrottle
	wall      time.Time
	rounded   int64
	kept      bool
}

// request was sent and answered somewhere in between.
type request struct{ from, to int64 }

func newModel(t *testing.T, limit Limit) *model {
	m := &model{T: t, r: newRules(), limit: limit, known: map[int64]int64{}, memory: int64(rememberedPeriod), steady: true, wall: start, kept: true}
	for _, p := range m.periods() {
		m.known[p] = -m.memory
	}
	m.configure(limit)
	return m
}

const mostRequests = 400

func (m *model) step(letter byte, n int) {
	switch letter {
	case 'r':
		for range min(n, m.r.free(m.now), mostRequests-len(m.open)-len(m.sent)) {
			inBulk := (len(m.open)+len(m.sent))%3 != 0
			if at := m.r.paced(inBulk); at > m.now+m.r.longest() {
				m.Fatalf("a slot in bulk waits at %d until %d, more than a period", m.now, at)
			}
			m.open = append(m.open, m.r.reserve(m.now, inBulk))
		}
	case 's':
		for range min(n, len(m.open)) {
			m.settle(0)
		}
	case 'e':
		for range min(n, len(m.open)) {
			m.settle(len(m.open) - 1)
		}
	case 'l':
		for range min(n, len(m.open)) {
			m.r.release(m.open[len(m.open)-1])
			m.open = m.open[:len(m.open)-1]
		}
	case 'o':
		m.load(int64(min(n, 86_400)) * int64(time.Second))
	case 't':
		m.throttle(int64(n) * int64(time.Second))
	case 'c':
		m.steady = false
		m.configure(Limit{Requests: m.limit.Requests * n / 3, Per: max(1, m.limit.Per/2) * time.Duration(n), Reserve: m.limit.Reserve})
	case 'w':
		m.restart()
	case 'a':
		m.configure(m.limit, Limit{Requests: 1 + n%7, Per: time.Duration(n) * time.Second})
	default:
		m.pass(letter, int64(n))
	}
}

// pass lets time pass.
func (m *model) pass(letter byte, n int64) {
	switch letter {
	case 'k':
		m.now += n * int64(time.Second)
	case 'm':
		m.now += n * int64(time.Millisecond)
	case 'n', 'b':
		at := m.r.next(m.now)
		if letter == 'b' {
			at--
		}
		if at < never-1 {
			m.now = max(m.now, at)
		}
	case 'p':
		m.now += min(n, 100) * m.r.longest()
	}
}

func (m *model) settle(i int) {
	m.r.settle(m.now)
	m.sent = append(m.sent, request{m.open[i].at, m.now})
	m.open = slices.Delete(m.open, i, i+1)
}

// load is what an earlier process has sent; that is read before anything is sent.
func (m *model) load(age int64) {
	if m.now > 0 || len(m.open) > 0 || len(m.sent) > 0 && m.sent[len(m.sent)-1].to > m.now-age {
		return
	}
	m.r.sent(m.now-age, 1)
	m.sent = append(m.sent, request{m.now - age, m.now - age})
}

func (m *model) throttle(pause int64) {
	if pause == 0 {
		pause = m.r.longest()
	}
	before := m.r.throttle
	before.advance(m.now, m.r.longest())
	m.r.throttle.hit(m.now, min(pause, int64(MaxPause)), m.r.longest())
	after := m.r.throttle
	at := func(moment int64) time.Time { return m.wall.Add(time.Duration(moment)) }
	m.throttled = StoredThrottle{At: at(m.now), Until: at(after.until), RecoverAt: at(after.recoverAt), Cuts: int(after.cuts)}
	if after.until < before.until || after.until < m.now+min(pause, int64(MaxPause)) {
		m.Errorf("a pause until %d, told %d from %d on, was %d", after.until, pause, m.now, before.until)
	}
	if cut := before.cuts == 0 || before.resumed; cut != (after.cuts > before.cuts) && before.cuts < maxCuts {
		m.Errorf("%d cuts after %d, requests in between: %t", after.cuts, before.cuts, before.resumed)
	}
}

// configure notes since when a window with a new period has to know of requests: as far back as an hour, or as
// the longest period before it.
func (m *model) configure(limits ...Limit) {
	byUser := map[string]Limit{}
	for i, l := range limits {
		byUser[string(rune('a'+i))] = l
	}
	m.r.advance(m.now)
	had := m.periods()
	m.r.configure(strictest(byUser))
	for _, p := range m.periods() {
		if !slices.Contains(had, p) {
			m.known[p] = m.now - m.memory
		}
	}
	m.memory = max(m.memory, m.r.longest())
	m.limits, m.kept = limits, m.kept && m.r.longest() >= int64(PersistedPeriod)
	m.steady = m.steady && len(limits) == 1
}

func (m *model) periods() []int64 {
	var periods []int64
	for _, w := range m.r.windows {
		periods = append(periods, w.period)
	}
	return periods
}

// doneAfter counts the requests that were done after a moment.
func (m *model) doneAfter(moment int64) int {
	n := 0
	for _, q := range m.sent {
		if q.to > moment {
			n++
		}
	}
	return n
}
