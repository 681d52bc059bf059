package intralinks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxValue bounds one item of a list, and anything beside the list, in bytes.
const maxValue = 8 << 20

var (
	errTooLarge = fmt.Errorf("one value of the answer exceeds %d bytes", maxValue)
	errNoList   = errors.New("the list is not where it belongs in the answer")
	errNoObject = errors.New("the answer is no JSON object")
	// errStop is returned by an item callback that wants no more; it ends the
	// decoding and is no failure.
	errStop = errors.New("stop")
)

// listing is a list answer that is decoded item by item, in memory that does
// not grow with the list.
type listing[W any] struct {
	key  string                                 // of the list
	item func(W) error                          // gets each item
	bad  func(map[string]json.RawMessage) error // judges the keys beside the list

	received int64
	found    bool
	strange  bool // another key holds a list
	beside   map[string]json.RawMessage
}

// decode reads the whole answer. What stands beside the list and reports a
// failure is found before the first item where it stands before the list, and
// at the end otherwise; a total above the number of items is a failure too.
func (l *listing[W]) decode(body io.Reader) error {
	source := &quota{r: body}
	dec := json.NewDecoder(source)
	if token, err := dec.Token(); err != nil {
		return early(err)
	} else if token != json.Delim('{') {
		return errNoObject
	}
	l.beside = map[string]json.RawMessage{}
	for dec.More() {
		source.reset()
		name, err := dec.Token()
		if err != nil {
			return early(err)
		}
		if err := l.value(dec, source, name); err != nil {
			return early(err)
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return early(err)
	}
	return l.whole()
}

// value decodes the value of one key of the answer.
func (l *listing[W]) value(dec *json.Decoder, source *quota, name json.Token) error {
	if name == l.key {
		if err := l.bad(l.beside); err != nil {
			return err
		}
		l.found = true
		return l.items(dec, source)
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	if key, _ := name.(string); problemKeys[key] || key == "pagingContext" {
		l.beside[key] = raw
	} else if raw[0] == '[' && len(bytes.Trim(raw, "[] \t\r\n")) > 0 {
		l.strange = true
	}
	return nil
}

// items decodes a list, its only element in its place, or null.
func (l *listing[W]) items(dec *json.Decoder, source *quota) error {
	open, err := dec.Token()
	if err != nil || open == nil {
		return err
	}
	switch open {
	case json.Delim('['):
		for dec.More() {
			source.reset()
			var w W
			if err := dec.Decode(&w); err != nil {
				return err
			}
			if err := l.give(w); err != nil {
				return err
			}
		}
		_, err = dec.Token()
		return err
	case json.Delim('{'):
		return l.single(dec)
	}
	return errNoList
}

// single decodes an object whose opening brace has been read.
func (l *listing[W]) single(dec *json.Decoder) error {
	fields := map[string]json.RawMessage{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		key, _ := name.(string)
		fields[key] = raw
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	var w W
	if err := json.Unmarshal(whole, &w); err != nil {
		return err
	}
	return l.give(w)
}

func (l *listing[W]) give(w W) error {
	l.received++
	return l.item(w)
}

// whole judges an answer that was read to its end.
func (l *listing[W]) whole() error {
	if err := l.bad(l.beside); err != nil {
		return err
	}
	if !l.found && (l.strange || !present(l.beside["status"])) {
		// An empty list may be absent, but not from an answer without a
		// status, nor from one that has its list under another key.
		return errNoList
	}
	raw := l.beside["pagingContext"]
	if !present(raw) {
		return nil
	}
	var paging struct {
		TotalResults ID `json:"totalResults"`
	}
	if err := json.Unmarshal(raw, &paging); err != nil {
		return err
	}
	if int64(paging.TotalResults) > l.received {
		return fmt.Errorf("the server has %d items and sent %d: the list is not whole",
			paging.TotalResults, l.received)
	}
	return nil
}

// early turns the end of a body into an error where more had to come.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// quota fails when more is read between two resets than one value may have.
// The decoder reads ahead, so that the bound is not exact.
type quota struct {
	r io.Reader
	n int
}

func (q *quota) reset() { q.n = 0 }

func (q *quota) Read(p []byte) (int, error) {
	if q.n > maxValue {
		return 0, errTooLarge
	}
	n, err := q.r.Read(p)
	q.n += n
	return n, err
}
