package intralinks

import (
	"context"
	"iter"
	"net/http"
)

// Room is an exchange that is entered when that is needed. It is safe for
// concurrent use; all its callers share one entry.
type Room struct {
	client   *Client
	exchange int64
	entry    Entry

	gate    chan struct{} // holds one token: who has it may enter
	entered uint64        // how often it was entered; guarded by gate
}

type roomKey struct {
	exchange int64
	entry    Entry
}

// Room returns the exchange for reading, without a request. The same exchange
// with the same consent is the same Room, so that later runs profit from an
// entry made before.
//
// Before its first call a Room enters the exchange; the vendor says that every
// exchange needs it. How long an entry lasts is unknown (presumably as long as
// the token's session): when a call finds that it has ended, the exchange is
// entered once more and the call is repeated once.
func (c *Client) Room(exchange int64, e Entry) *Room {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := roomKey{exchange, e}
	room := c.rooms[key]
	if room == nil {
		room = &Room{client: c, exchange: exchange, entry: e, gate: make(chan struct{}, 1)}
		c.rooms[key] = room
	}
	return room
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
// same time, one enters and the others wait for it.
func (r *Room) enter(ctx context.Context, since uint64) (uint64, error) {
	select {
	case r.gate <- struct{}{}:
		defer func() { <-r.gate }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if r.entered > since {
		return r.entered, nil
	}
	if err := r.client.Enter(ctx, r.exchange, r.entry); err != nil {
		return 0, err
	}
	r.entered++
	return r.entered, nil
}
