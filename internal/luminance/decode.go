package luminance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// elementLimit bounds one object of an answer, in bytes. A Division with all
// its settings is the largest, and far below.
const elementLimit = 4 << 20

// envelopes are the names under which an object or a list may stand inside
// another object. Examples of Luminance API v1.4 wrap a folder in {"folder":
// …} although its schema doesn't; the search of v1.5 answers {"result": […]}.
// The others are inferred.
var envelopes = map[string]bool{
	"folder": true, "folders": true, "document": true, "documents": true,
	"project": true, "projects": true, "user": true, "annotation": true, "annotations": true,
	"result": true, "results": true,
}

// item is an object with an id.
type item interface{ key() int64 }

var (
	errStop  = errors.New("stop") // the consumer wants no more
	errNoID  = errors.New("an object in the answer has no id")
	errShape = errors.New("the answer is neither an object nor a list of them")
	errLarge = errors.New("an object in the answer is too large")
)

// malformed tells an answer that came whole and is not what was asked for from
// one that was cut on its way.
func malformed(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.Is(err, errNoID) || errors.Is(err, errShape) || errors.Is(err, errLarge) ||
		errors.As(err, &kind) || errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// decodeList gives every object of an answer to each, as they come in: of a
// list, bare or in an envelope, its elements bare or in envelopes; or a single
// object, which v1.4 shows where it speaks of an array. It fails on anything
// else, so that no other answer passes for an empty list.
func decodeList[T item](r io.Reader, each func(T) error) error {
	quota := &quota{r: r, left: elementLimit}
	d := &lists[T]{Decoder: json.NewDecoder(quota), quota: quota, each: each}
	if err := d.value(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		if err != nil {
			return fmt.Errorf("after the answer: %w", err)
		}
		return errShape
	}
	return nil
}

// decodeOne gives the only object of an answer.
func decodeOne[T item](r io.Reader) (T, error) {
	var one T
	count := 0
	err := decodeList(r, func(v T) error {
		one = v
		count++
		return nil
	})
	if err == nil && count != 1 {
		err = fmt.Errorf("the answer holds %d objects instead of one: %w", count, errShape)
	}
	return one, err
}

type lists[T item] struct {
	*json.Decoder
	quota *quota
	each  func(T) error
}

// value decodes whatever comes next.
func (d *lists[T]) value() error {
	d.quota.refill()
	token, err := d.Token()
	if err != nil {
		return unexpected(err)
	}
	switch token {
	case json.Delim('['):
		return d.array()
	case json.Delim('{'):
		return d.object()
	}
	return errShape
}

func (d *lists[T]) array() error {
	for d.More() {
		d.quota.refill()
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return unexpected(err)
		}
		if err := d.element(raw); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return unexpected(err)
}

// object decodes the rest of an object: an envelope's content goes on as a
// stream, a bare object is put together from its members.
func (d *lists[T]) object() error {
	members := map[string]json.RawMessage{}
	wrapped := false
	for d.More() {
		d.quota.refill()
		token, err := d.Token()
		if err != nil {
			return unexpected(err)
		}
		name, _ := token.(string)
		if _, bare := members["id"]; envelopes[name] && !bare {
			wrapped = true
			if err := d.value(); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return unexpected(err)
		}
		members[name] = raw
	}
	if _, err := d.Token(); err != nil {
		return unexpected(err)
	}
	if _, bare := members["id"]; wrapped && bare {
		// An object that embeds another one before its own id: what was handed
		// out was not what was asked for.
		return errShape
	} else if wrapped {
		return nil
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return d.yield(raw)
}

// element decodes one element of a list, in an envelope or not.
func (d *lists[T]) element(raw json.RawMessage) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return errShape
	}
	if len(members) == 1 {
		for name, content := range members {
			if envelopes[name] {
				return d.yield(content)
			}
		}
	}
	return d.yield(raw)
}

func (d *lists[T]) yield(raw json.RawMessage) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	if v.key() <= 0 {
		return errNoID
	}
	return d.each(v)
}

// unexpected makes the end of a stream inside a value what it is: a cut.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// quota stops a single object from filling the memory.
type quota struct {
	r    io.Reader
	left int64
}

func (q *quota) refill() { q.left = elementLimit }

func (q *quota) Read(p []byte) (int, error) {
	if q.left <= 0 {
		return 0, errLarge
	}
	if int64(len(p)) > q.left {
		p = p[:q.left]
	}
	n, err := q.r.Read(p)
	q.left -= int64(n)
	return n, err
}
