package budget

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

func TestShareIsWhatTheReserveLeaves(t *testing.T) {
	for _, tc := range []struct {
		requests, reserve, share int
	}{
		{100, 20, 80},
		{100, 0, 100},
		{100, 90, 10},
		{3, 50, 1},             // rounded down
		{1, 90, 1},             // but never to nothing
		{0, 20, 1},             // nor from nothing
		{-5, 20, 1},            //
		{100, 150, 1},          // out of range: as far as it goes
		{100, -20, 100},        //
		{1000000, 20, 800_000}, //
	} {
		g := NewWithT(t)
		l := Limit{Requests: tc.requests, Per: time.Minute, Reserve: tc.reserve}
		g.Expect(l.Share()).To(Equal(tc.share), "%+v", l)
	}
}

func TestStrictestOfSeveralLimits(t *testing.T) {
	minute, ten := int64(time.Minute), int64(10*time.Minute)
	for name, tc := range map[string]struct {
		limits map[string]Limit
		want   map[int64]int
	}{
		"one": {
			map[string]Limit{"a": {100, 10 * time.Minute, 20}},
			map[int64]int{ten: 80},
		},
		"same period, smaller share": {
			map[string]Limit{"a": {100, 10 * time.Minute, 20}, "b": {100, 10 * time.Minute, 50}, "c": {60, 10 * time.Minute, 0}},
			map[int64]int{ten: 50},
		},
		"different periods all hold": {
			map[string]Limit{"a": {100, 10 * time.Minute, 0}, "b": {20, time.Minute, 0}},
			map[int64]int{ten: 100, minute: 20},
		},
		"no period is ten minutes": {
			map[string]Limit{"a": {100, 0, 0}},
			map[int64]int{ten: 100},
		},
		"at most a day": {
			map[string]Limit{"a": {100, 100 * time.Hour, 0}},
			map[int64]int{int64(24 * time.Hour): 100},
		},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(strictest(tc.limits)).To(Equal(tc.want))
		})
	}
}

func TestOneSpellingOfAHost(t *testing.T) {
	for _, tc := range []struct{ host, want string }{
		{"Acme.App.Luminance.com", "acme.app.luminance.com:443"},
		{"acme.app.luminance.com:443", "acme.app.luminance.com:443"},
		{"acme.app.luminance.com.", "acme.app.luminance.com:443"},
		{"acme.app.luminance.com:", "acme.app.luminance.com:443"},
		{"acme.app.luminance.com:8443", "acme.app.luminance.com:8443"},
		{"127.0.0.1:8812", "127.0.0.1:8812"},
		{"[::1]:8812", "[::1]:8812"},
		{"[::1]", "[::1]:443"},
	} {
		NewWithT(t).Expect(canonical(tc.host)).To(Equal(tc.want), tc.host)
	}
}
