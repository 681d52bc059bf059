package intralinks

import (
	"context"
	"iter"
	"net/http"
	"sync/atomic"
	"time"
)

// Room is an exchange that is entered when that is needed. It is safe for
// concurrent use.
type Room struct {
	client   *Client
	exchange int64
	entry    Entry
	door     *door

	// accepted is what was accepted at the last entry that this Room took part in; nil before.
	accepted atomic.Pointer[Acceptance]
}

// door is the entrance to an exchange for all who go through it with the same
// consent, whichever text each of them narrows it to.
type door struct {
	gate     chan struct{} // holds one token: who has it may enter, and see the rest
	entered  uint64        // how often it was entered
	accepted *Acceptance   // what was accepted then; nil before
}

// Acceptance is a splash screen that was accepted to enter an exchange.
type Acceptance struct {
	// TextHash is the Splash.TextHash of the text; empty if there was nothing to
	// accept.
	TextHash string
	// At is when it was accepted.
	At time.Time
}

type doorKey struct {
	exchange int64
	accept   bool
}

type roomKey struct {
	exchange int64
	entry    Entry
}

// Room returns the exchange for reading, without a request. The same exchange
// with the same consent is the same Room, so that later runs profit from an
// entry made before; so do Rooms that consent to different texts, as long as it
// was theirs that was accepted.
//
// Before its first call a Room enters the exchange; the vendor says that every
// exchange needs it. How long an entry lasts is unknown (presumably as long as
// the token's session): when a call finds that it has ended, the exchange is
// entered once more and the call is repeated once.
func (c *Client) Room(exchange int64, e Entry) *Room {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := roomKey{exchange, e}
	if room := c.rooms[key]; room != nil {
		return room
	}
	at := doorKey{exchange, e.AcceptSplash}
	if c.doors[at] == nil {
		c.doors[at] = &door{gate: make(chan struct{}, 1)}
	}
	room := &Room{client: c, exchange: exchange, entry: e, door: c.doors[at]}
	c.rooms[key] = room
	return room
}

// Accepted is what was accepted at the last entry that this Room went by, made by
// itself or by another. The zero Acceptance is nothing.
func (r *Room) Accepted() Acceptance {
	if a := r.accepted.Load(); a != nil {
		return *a
	}
	return Acceptance{}
}

// Folders lists all folders of the exchange, flat, in no particular order, as
// they arrive. The last pair carries the error, if any; a listing without one
// is whole.
func (r *Room) Folders(ctx context.Context) iter.Seq2[Folder, error] {
	return roomList[wireFolder](ctx, r, OpListFolders, "folders", "folder")
}

// Documents lists all documents of the exchange that the account can see, in
// no particular order, as they arrive. The last pair carries the error, if any;
// a listing without one is whole, as far as the server tells.
func (r *Room) Documents(ctx context.Context) iter.Seq2[Document, error] {
	return roomList[wireDocument](ctx, r, OpListDocuments, "documents", "document")
}

func roomList[W wireItem[T], T any](ctx context.Context, r *Room, op, path, key string) iter.Seq2[T, error] {
	lc := listCall{key: key, call: call{
		op: op, method: http.MethodGet,
		path: exchangePath(r.exchange, path), target: exchangeTarget(r.exchange),
	}}
	return sequence(func(give func(T) bool) error {
		return r.inside(ctx, func() (bool, error) {
			return list[W](ctx, r.client, lc, give)
		})
	})
}

// inside makes a call in the entered exchange. If the call finds that it is not
// entered (any more), it is made again after one more entry, unless it has
// started to hand out something.
func (r *Room) inside(ctx context.Context, do func() (started bool, err error)) error {
	pass, err := r.enter(ctx, 0)
	if err != nil {
		return err
	}
	started, err := do()
	if started || ClassOf(err) != NotEntered {
		return err
	}
	if _, err := r.enter(ctx, pass); err != nil {
		return err
	}
	_, err = do()
	return err
}

// enter enters the exchange unless that has happened since the given pass, and
// returns the new pass. Of many callers that find themselves outside at the
// same time, one enters and the others wait for it. An entry by which a text was
// accepted that this Room doesn't consent to was for others: it makes its own, if
// it consents to the text that is shown now.
func (r *Room) enter(ctx context.Context, since uint64) (uint64, error) {
	select {
	case r.door.gate <- struct{}{}:
		defer func() { <-r.door.gate }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if r.door.entered > since && r.entry.shares(r.door.accepted) {
		r.accepted.Store(r.door.accepted)
		return r.door.entered, nil
	}
	accepted, err := r.client.enter(ctx, r.exchange, r.entry)
	if err != nil {
		return 0, err
	}
	made := &Acceptance{TextHash: accepted}
	if accepted != "" {
		made.At = time.Now()
	}
	r.door.entered++
	r.door.accepted = made
	r.accepted.Store(made)
	return r.door.entered, nil
}

// shares tells whether an entry that was made before is good for this one, too.
func (e Entry) shares(a *Acceptance) bool {
	return a.TextHash == "" || e.TextHash == "" || a.TextHash == e.TextHash
}
