package budget

import (
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// restart lets another process take over from what the Store was told. What was under way may have been counted
// at any moment until then, so it counts as done now. The model's moments begin anew, as the process's do.
func (m *model) restart() {
	if !m.kept {
		return
	}
	m.checkServer()
	old := m.r.throttle
	old.advance(m.now, m.r.longest())
	m.r = m.takeOver()
	if is := m.r.throttle; m.steady && old.cuts > 0 && (is.cuts != old.cuts || is.until != old.until-m.now || is.recoverAt != old.recoverAt-m.now) {
		m.Fatalf("%+v became %+v after %d", old, is, m.now)
	}

	for _, s := range m.open {
		m.sent = append(m.sent, request{s.at, m.now})
	}
	m.open = nil
	for i := range m.sent {
		m.sent[i].from -= m.now
		m.sent[i].to -= m.now
	}
	for _, p := range m.periods() {
		m.known[p] = max(m.known[p]-m.now, -m.memory)
	}
	m.memory = max(int64(rememberedPeriod), m.r.longest())
	m.wall, m.now, m.rounded = m.wall.Add(time.Duration(m.now)), 0, int64(time.Millisecond)
}

// takeOver gives the rules of a new process.
func (m *model) takeOver() *rules {
	at := func(moment int64) time.Time { return m.wall.Add(time.Duration(moment)) }
	store := newMemory()
	store.throttle = m.throttled
	for _, q := range m.sent {
		store.next++
		store.rows[store.next] = StoredRequest{ID: store.next, At: roundUp(at(q.to))}
	}
	for _, s := range m.open {
		store.next++
		store.rows[store.next] = StoredRequest{ID: store.next, At: roundUp(at(s.at)), Open: true}
	}
	registry := NewRegistry(store, clocktesting.NewFakeClock(at(m.now)))
	for i, l := range m.limits {
		registry.Configure(host, string(rune('a'+i)), l)
	}
	b, err := registry.For(m.Context(), host)
	if err != nil {
		m.Fatal(err)
	}
	return b.rules
}
