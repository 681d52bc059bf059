package engine

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// slot is one of the engine's transfer slots, for as long as a transfer moves. One that stands still, on either side,
// lends it out and takes the next that is free once it moves again: or a few documents that a sick service neither
// hands out nor refuses would hold up every other sync until they are given up.
type slot struct {
	transfers *semaphore.Weighted
	still     time.Duration
	// since is when it was wanted, the wait for the request budget taken off.
	since time.Time

	mu         sync.Mutex
	held, over bool
	timer      *time.Timer
}

// newSlot takes charge of a slot that was acquired.
func newSlot(transfers *semaphore.Weighted, still time.Duration, since time.Time) *slot {
	s := &slot{transfers: transfers, still: still, since: since, held: true}
	s.timer = time.AfterFunc(still, s.lend)
	return s
}

func (s *slot) lend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held {
		s.transfers.Release(1)
		s.held = false
	}
}

// moves tells that the transfer moves, and waits for a slot where its own is lent out.
func (s *slot) moves(ctx context.Context) error {
	s.timer.Reset(s.still)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held || s.over {
		return nil
	}
	// Nothing else needs the lock meanwhile: lend has nothing to lend, and end follows the last Read.
	if err := s.transfers.Acquire(ctx, 1); err != nil {
		return err
	}
	s.held = true
	s.timer.Reset(s.still)
	return nil
}

// end gives the slot back.
func (s *slot) end() {
	s.timer.Stop()
	s.lend()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

// watch gives a reader that tells the slot when it moves.
func (s *slot) watch(ctx context.Context, from io.Reader) io.Reader {
	return &watched{Reader: from, ctx: ctx, slot: s}
}

type watched struct {
	io.Reader
	ctx  context.Context //nolint:containedctx // Read has none
	slot *slot
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	if err := w.slot.moves(w.ctx); err != nil {
		return 0, err
	}
	n, err := w.Reader.Read(p)
	if moved := w.slot.moves(w.ctx); moved != nil && err == nil {
		err = moved
	}
	return n, err
}

// watchBytes does the same for what can be sent more than once.
func (s *slot) watchBytes(ctx context.Context, from []byte) luminance.Rereader {
	return &watchedBytes{Reader: bytes.NewReader(from), ctx: ctx, slot: s}
}

type watchedBytes struct {
	*bytes.Reader
	ctx  context.Context //nolint:containedctx // ReadAt has none
	slot *slot
}

// Rereadable implements luminance.Rereader.
func (w *watchedBytes) Rereadable() {}

// Read implements io.Reader.
func (w *watchedBytes) Read(p []byte) (int, error) {
	if err := w.slot.moves(w.ctx); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

// ReadAt implements io.ReaderAt.
func (w *watchedBytes) ReadAt(p []byte, at int64) (int, error) {
	if err := w.slot.moves(w.ctx); err != nil {
		return 0, err
	}
	return w.Reader.ReadAt(p, at)
}
