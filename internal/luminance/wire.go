package luminance

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// lenientInt takes a JSON number, a number in a string, or null for 0. Ids go
// beyond 32 bits without harm, although the API declares 32.
type lenientInt int64

var errNumber = errors.New("a number in the answer is none")

func (n *lenientInt) UnmarshalJSON(data []byte) error {
	data = bytes.Trim(data, `"`)
	if len(data) == 0 || string(data) == "null" {
		*n = 0
		return nil
	}
	if v, err := strconv.ParseInt(string(data), 10, 64); err == nil {
		*n = lenientInt(v)
		return nil
	}
	// 3600.0 and the like; the value itself stays out of the error.
	f, err := strconv.ParseFloat(string(data), 64)
	if err != nil || f != f || f < -(1<<53) || f > 1<<53 {
		return errNumber
	}
	*n = lenientInt(f)
	return nil
}

// lenientString takes a string, a number as it is written, or null for "".
// Luminance API v1.5 declares a document's version an integer and shows
// "4.1.7".
type lenientString string

func (s *lenientString) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*s = ""
		return nil
	}
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(s))
	}
	*s = lenientString(data)
	return nil
}

// timestamp takes RFC 3339 with or without fractions; anything else is no
// time, which no decision rests on alone.
type timestamp time.Time

func (t *timestamp) UnmarshalJSON(data []byte) error {
	*t = timestamp{}
	if at, err := time.Parse(time.RFC3339Nano, string(bytes.Trim(data, `"`))); err == nil {
		*t = timestamp(at)
	}
	return nil
}
