package intralinks

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// The errors below name no value: a value may be a document's name.
var (
	errNotInteger = errors.New("a value is no whole number of 64 bits")
	errNotBool    = errors.New("a value is neither true, false, T nor F")
	errNotTime    = errors.New("a value is no time in milliseconds")
)

var null = []byte("null")

// ID is a whole number that decodes from a JSON number or from a string with
// one. Document ids exceed 32 bits (Intralinks Python SDK). null and "" are 0.
type ID int64

// UnmarshalJSON implements json.Unmarshaler.
func (id *ID) UnmarshalJSON(data []byte) error {
	text := strings.TrimSpace(strings.Trim(string(data), `"`))
	if text == "" || text == "null" {
		*id = 0
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		*id = ID(n)
		return nil
	}
	// 1.24e10 is the same number to some writers of JSON; above 2^53 such a
	// form may have lost digits.
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return errNotInteger
	}
	*id = ID(f)
	return nil
}

// Bool decodes from a JSON boolean, from "T" and "F", and from "true" and
// "false": the API mixes them (Intralinks Python SDK). null and "" are false.
type Bool bool

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bool) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(strings.Trim(string(data), `"`)) {
	case "true", "t":
		*b = true
	case "false", "f", "null", "":
		*b = false
	default:
		return errNotBool
	}
	return nil
}

// Time decodes from {"milliseconds":n} since 1970, and to the zero time from
// {}, which the API sends for no date (Intralinks Python SDK). A bare number of
// milliseconds is accepted too (inferred).
type Time struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(data []byte) error {
	t.Time = time.Time{}
	data = bytes.TrimSpace(data)
	if bytes.Equal(data, null) || bytes.Equal(data, []byte(`""`)) {
		return nil
	}
	var object struct {
		Milliseconds *ID `json:"milliseconds"`
	}
	if len(data) > 0 && data[0] == '{' {
		if json.Unmarshal(data, &object) != nil {
			return errNotTime
		}
	} else {
		object.Milliseconds = new(ID)
		if object.Milliseconds.UnmarshalJSON(data) != nil {
			return errNotTime
		}
	}
	if object.Milliseconds != nil {
		t.Time = time.UnixMilli(int64(*object.Milliseconds)).UTC()
	}
	return nil
}

// oneOrMany decodes from a list or from its only element.
type oneOrMany[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (m *oneOrMany[T]) UnmarshalJSON(data []byte) error {
	*m = nil
	data = bytes.TrimSpace(data)
	if bytes.Equal(data, null) {
		return nil
	}
	if len(data) > 0 && data[0] == '[' {
		var list []T
		err := json.Unmarshal(data, &list)
		*m = list
		return err
	}
	var one T
	err := json.Unmarshal(data, &one)
	*m = oneOrMany[T]{one}
	return err
}
