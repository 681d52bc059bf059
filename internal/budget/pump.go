package budget

import "time"

// changed is called, with mu held, after everything that may let a waiter go. A goroutine that hands
// out slots runs only while somebody waits.
func (b *Budget) changed() {
	if b.pumping {
		select {
		case b.wake <- struct{}{}:
		default:
		}
		return
	}
	if b.queue.waiting > 0 {
		b.pumping = true
		go b.pump()
	}
}

func (b *Budget) pump() {
	for {
		pause, more := b.handOut()
		if !more {
			return
		}
		if pause == 0 {
			<-b.wake
			continue
		}
		timer := b.clock.NewTimer(pause)
		select {
		case <-timer.C():
		case <-b.wake:
		}
		timer.Stop()
	}
}

// handOut gives the free slots to those whose turn it is, and tells whether any are left waiting and how
// long nothing changes by time alone; 0 if a request has to be done first.
func (b *Budget) handOut() (pause time.Duration, more bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for b.queue.waiting > 0 && b.rules.free(now) > 0 {
		w := b.next(now)
		if w == nil {
			break
		}
		b.take(w, now)
		b.queue.grant(w, b.rules.few())
	}
	if b.queue.waiting == 0 {
		b.pumping = false
		return 0, false
	}
	at := b.nextGrant(now)
	if at == never {
		return 0, true
	}
	return time.Duration(max(1, at-now)), true
}

// nextGrant is the earliest moment at which one of those waiting can get a slot.
func (b *Budget) nextGrant(now int64) int64 {
	next := b.rules.next(now)
	if b.queue.little.Len() > 0 {
		return next
	}
	return max(next, b.rules.paced(true))
}
