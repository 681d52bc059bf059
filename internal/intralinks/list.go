package intralinks

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
)

// listCall is a call whose answer has a list under the key.
type listCall struct {
	call
	key string
}

// list makes a list call and hands out the items as they come. It is repeated
// after a passing failure as long as nothing has been handed out; started tells
// whether something has. It returns errStop if the consumer wanted no more.
func list[W wireItem[T], T any](
	ctx context.Context, c *Client, lc listCall, give func(T) bool,
) (started bool, err error) {
	err = c.retry(ctx, func() error {
		err := listOnce[W](ctx, c, lc, func(item T) bool {
			started = true
			return give(item)
		})
		if started && err != nil {
			return final{err}
		}
		return err
	})
	if f, ok := errors.AsType[final](err); ok {
		err = f.error
	}
	return started, err
}

// final is an error that must not be followed by a repetition, whatever its
// class.
type final struct{ error }

func listOnce[W wireItem[T], T any](ctx context.Context, c *Client, lc listCall, give func(T) bool) error {
	resp, err := c.send(ctx, lc.call)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end, or of no use
	l := listing[W]{
		key: lc.key,
		item: func(w W) error {
			item, err := w.model()
			if err != nil {
				return err
			}
			if !give(item) {
				return errStop
			}
			return nil
		},
		bad: func(keys map[string]json.RawMessage) error { return c.problem(lc.call, resp, keys) },
	}
	switch err := l.decode(resp.Body); {
	case err == nil, errors.Is(err, errStop):
		return err
	default:
		return malformed(lc.call, resp, err)
	}
}

// sequence turns a function that hands out items into an iterator whose last
// pair carries the error, if there is one.
func sequence[T any](run func(give func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := run(func(item T) bool { return yield(item, nil) })
		if err != nil && !errors.Is(err, errStop) {
			var none T
			yield(none, err)
		}
	}
}
