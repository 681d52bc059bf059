package luminance

import (
	"net/http"
	"time"
)

// ClockSkew is how far the instance's clock is ahead of ours, as the Date of its last answer tells it to the
// second; 0 where none has. Times that the instance gives, such as Document.CreatedAt, are on its clock.
func (c *Client) ClockSkew() time.Duration { return time.Duration(c.skew.Load()) }

// observeClock takes the Date of an answer, which was written at some moment between the two given. What those
// two explain is no skew.
func (c *Client) observeClock(date string, sent, received time.Time) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	switch {
	case at.Before(sent.Add(-time.Second)): // the header has no fractions
		c.skew.Store(int64(at.Sub(sent)))
	case at.After(received):
		c.skew.Store(int64(at.Sub(received)))
	default:
		c.skew.Store(0)
	}
}
