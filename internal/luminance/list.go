package luminance

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// listing is a list being read, over as many requests as it takes.
type listing[T item] struct {
	client  *Client
	request request
	yield   func(T, error) bool

	seen  map[int64]struct{} // ids so far: pages may overlap, and tries do
	first int64              // the id that the first answer began with
}

// list gives every object of a list once. Entries come as they are read; an
// error, a TruncatedError included, is the last thing that comes.
func list[T item](ctx context.Context, c *Client, r request, limitDeclared bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		l := &listing[T]{client: c, request: r, yield: yield, seen: map[int64]struct{}{}}
		first := page{}
		if limitDeclared {
			first.limit = c.paging.limit()
		}
		err := l.run(ctx, first)
		if err != nil && !errors.Is(err, errStop) {
			var none T
			yield(none, err)
		}
	}
}

func (l *listing[T]) run(ctx context.Context, first page) error {
	for next := &first; next != nil; {
		asked := *next
		answer, err := l.read(ctx, asked)
		var doubt string
		switch {
		case err == nil:
			next, doubt = l.client.paging.following(answer)
		case asked != first && ClassOf(err) == Invalid:
			next, doubt = l.client.paging.afterRefusal(first, asked)
		default:
			return err
		}
		if doubt != "" {
			return &TruncatedError{Op: l.request.op, On: l.request.on, Count: len(l.seen), Reason: doubt}
		}
	}
	return nil
}

// read reads one answer and hands on what is new in it. A try that breaks in
// the middle is made good by the next one, which skips what came already.
func (l *listing[T]) read(ctx context.Context, p page) (page, error) {
	r := l.request
	r.query = maps.Clone(r.query)
	if r.query == nil {
		r.query = url.Values{}
	}
	if p.limit > 0 {
		r.query.Set("limit", strconv.Itoa(p.limit))
	}
	if p.offset > 0 {
		r.query.Set("offset", strconv.Itoa(p.offset))
	}
	later := l.first != 0
	before := len(l.seen)
	err := l.client.retry(ctx, func() error {
		p.count, p.again = 0, later && p.offset == 0
		return l.client.get(ctx, &r, func(resp *http.Response) error {
			return decodeList(resp.Body, func(v T) error {
				if p.count++; p.count == 1 {
					p.again = later && (p.offset == 0 || v.key() == l.first)
				}
				return l.hand(v)
			})
		})
	})
	p.fresh = len(l.seen) - before
	return p, err
}

func (l *listing[T]) hand(v T) error {
	id := v.key()
	if _, known := l.seen[id]; known {
		return nil
	}
	if len(l.seen) == 0 {
		l.first = id
	}
	l.seen[id] = struct{}{}
	if !l.yield(v, nil) {
		return errStop
	}
	return nil
}

// get makes one try of a read and has its answer decoded.
func (c *Client) get(ctx context.Context, r *request, decode func(*http.Response) error) error {
	resp, err := c.send(ctx, r, http.StatusOK)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := decode(resp); err != nil {
		if errors.Is(err, errStop) {
			return err
		}
		e := r.fail(Transient, resp.StatusCode, err)
		e.settled = malformed(err)
		return e
	}
	return nil
}

// one reads a single object.
func one[T item](ctx context.Context, c *Client, r *request) (T, error) {
	var v T
	err := c.retry(ctx, func() error {
		return c.get(ctx, r, func(resp *http.Response) (err error) {
			v, err = decodeOne[T](resp.Body)
			return err
		})
	})
	return v, err
}

// filtered keeps what a server may not have filtered.
func filtered[T any](all iter.Seq2[T, error], keep func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range all {
			if (err != nil || keep(v)) && !yield(v, err) {
				return
			}
		}
	}
}

// collect reads a list to its end; with an error, what came before it.
func collect[T any](all iter.Seq2[T, error]) ([]T, error) {
	var got []T
	for v, err := range all {
		if err != nil {
			return got, err
		}
		got = append(got, v)
	}
	return got, nil
}
