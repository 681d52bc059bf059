package main

import (
	"fmt"
	"time"
)

// speedWindow is the time over which a speed is measured: long enough for an allowance that lets a request through
// every few seconds.
const speedWindow = 2 * time.Minute

// sample is how far a run was at a time.
type sample struct {
	at          time.Time
	done, bytes int64
}

// speeds are measured from one look to the next, because no status holds them.
type speeds struct {
	samples map[string][]sample
}

// note remembers how far each run is.
func (m *speeds) note(seen overview, now time.Time) {
	if m.samples == nil {
		m.samples = map[string][]sample{}
	}
	for _, s := range seen.Syncs {
		key := s.Namespace + "/" + s.Name
		if s.Progress == nil {
			delete(m.samples, key)
			continue
		}
		kept, next := m.samples[key], sample{now, s.Progress.Done, s.Progress.BytesDone}
		if len(kept) > 0 && (kept[0].done > next.done || kept[0].bytes > next.bytes) {
			kept = nil // another run
		}
		for len(kept) > 1 && now.Sub(kept[1].at) > speedWindow {
			kept = kept[1:]
		}
		m.samples[key] = append(kept, next)
	}
}

// of a sync's run: documents a minute and bytes a second; empty before something has moved.
func (m *speeds) of(s syncView) string {
	if m == nil {
		return ""
	}
	kept := m.samples[s.Namespace+"/"+s.Name]
	if len(kept) < 2 {
		return ""
	}
	first, last := kept[0], kept[len(kept)-1]
	took := last.at.Sub(first.at)
	if took < time.Second || last.done == first.done {
		return ""
	}
	return fmt.Sprintf("%.3g documents a minute, %s/s", float64(last.done-first.done)/took.Minutes(),
		bytesOf(int64(float64(last.bytes-first.bytes)/took.Seconds())))
}
