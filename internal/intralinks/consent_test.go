package intralinks_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func requiring(text string) string {
	return fmt.Sprintf(`{%s,"splash":{"splashRequired":true,"splashText":%q}}`, okStatus, text)
}

// consenting narrows the consent to one text.
func consenting(text string) intralinks.Entry {
	return intralinks.Entry{AcceptSplash: true, TextHash: hashOf(text)}
}

func TestAConsentToOneText(t *testing.T) {
	refused := &intralinks.EntryError{Exchange: exchange, State: "ACCEPT_SPLASH", TextHash: hashOf("new"), Consented: hashOf("old")}
	for _, tt := range []struct {
		name   string
		entry  intralinks.Entry
		get    http.HandlerFunc
		posted string
		err    *intralinks.EntryError
	}{
		{"to what is shown", consenting("new"), reply(200, requiring("new")), `{"acceptSplash":true}`, nil},
		{"to another", consenting("old"), reply(200, requiring("new")), "", refused},
		{"to a picture", consenting(""), reply(200, requiring("")), `{"acceptSplash":true}`, nil},
		{"to what is not there any more", consenting("old"), reply(200, noSplash), `{"acceptSplash":true}`, nil},
		{"to what need not be accepted any more", consenting("old"), reply(200, optionalSplash), `{"acceptSplash":true}`, nil},
		{"to what can't be read", consenting("old"), reply(400, `{"status":{"code":400,"subcode":"3-1"}}`), `{"acceptSplash":false}`, nil},
		{"that is none", intralinks.Entry{TextHash: hashOf("new")}, reply(200, requiring("new")), "",
			&intralinks.EntryError{Exchange: exchange, State: "ACCEPT_SPLASH", TextHash: hashOf("new")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			posted := ""
			s.mux.HandleFunc("GET "+inExchange("/splash"), tt.get)
			s.mux.HandleFunc("POST "+inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				posted = string(body)
				reply(201, `{"state":"ALLOW"}`)(w, r)
			})
			err := s.client(t).Enter(t.Context(), exchange, tt.entry)
			if posted != tt.posted {
				t.Errorf("posted %q", posted)
			}
			got, _ := errors.AsType[*intralinks.EntryError](err)
			if (got == nil) != (tt.err == nil) || got != nil && *got != *tt.err || err != nil && got == nil {
				t.Errorf("error %#v, want %#v", err, tt.err)
			}
		})
	}
}

// Rooms of one exchange share an entry, as far as each of them consents to what was accepted for it.
func TestRoomsShareAnEntryAsFarAsTheyConsent(t *testing.T) {
	s := newService(t)
	s.answers(inExchange("/splash"), splash(requiring("new"), `{"state":"ALLOW"}`))
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`}`))
	c := s.client(t)
	anything, agreeing := c.Room(exchange, intralinks.Entry{AcceptSplash: true}), c.Room(exchange, consenting("new"))
	if got := anything.Accepted(); got != (intralinks.Acceptance{}) {
		t.Errorf("accepted before the entry: %v", got)
	}
	before := time.Now()
	for _, room := range []*intralinks.Room{anything, agreeing} {
		if _, err := collect(room.Folders(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := room.Accepted(); got.TextHash != hashOf("new") || got.At.Before(before) || got.At.After(time.Now()) {
			t.Errorf("accepted %v", got)
		}
	}
	if anything.Accepted() != agreeing.Accepted() {
		t.Error("it was one entry")
	}
	disagreeing := c.Room(exchange, consenting("old"))
	_, err := collect(disagreeing.Folders(t.Context()))
	refused, ok := errors.AsType[*intralinks.EntryError](err)
	if !ok || refused.TextHash != hashOf("new") || refused.Consented != hashOf("old") {
		t.Errorf("error %#v", err)
	}
	if got := disagreeing.Accepted(); got != (intralinks.Acceptance{}) {
		t.Errorf("accepted %v without a consent", got)
	}
	wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/folders", "GET /7100015/folders",
		"GET /7100015/splash")
}

// What counts is the text that is shown now, not the one of an entry that was made before.
func TestARoomThatDoesNotShareAnEntryMakesItsOwn(t *testing.T) {
	s := newService(t)
	shown := "old"
	s.answers(inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
		splash(requiring(shown), `{"state":"ALLOW"}`)(w, r)
	})
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`}`))
	c := s.client(t)
	before, after := c.Room(exchange, consenting("old")), c.Room(exchange, consenting("new"))
	enters := func(room *intralinks.Room, want bool) {
		t.Helper()
		if _, err := collect(room.Folders(t.Context())); (err == nil) != want {
			t.Errorf("showing %s: %v", shown, err)
		}
	}
	enters(before, true)
	enters(after, false)
	shown = "new"
	enters(before, true) // as far as anybody knows
	enters(after, true)
	enters(before, false)
	enters(after, true)
}

// An entry that somebody else consented to is none for who did not.
func TestNobodyGoesInByTheConsentOfAnother(t *testing.T) {
	s := newService(t)
	s.answers(inExchange("/splash"), splash(requiring("new"), `{"state":"ALLOW"}`))
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`}`))
	c := s.client(t)
	if _, err := collect(c.Room(exchange, intralinks.Entry{AcceptSplash: true}).Folders(t.Context())); err != nil {
		t.Fatal(err)
	}
	_, err := collect(c.Room(exchange, intralinks.Entry{}).Folders(t.Context()))
	wantClass(t, err, intralinks.NotEntered)
	wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/folders", "GET /7100015/splash")
}

func TestNothingToAcceptIsNotAccepted(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`}`))
	room := s.client(t).Room(exchange, intralinks.Entry{AcceptSplash: true})
	if _, err := collect(room.Folders(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := room.Accepted(); got != (intralinks.Acceptance{}) {
		t.Errorf("accepted %v", got)
	}
}
