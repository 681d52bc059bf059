package intralinks_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const (
	noSplash       = `{` + okStatus + `,"branding":{"global":true}}`
	requiredSplash = `{` + okStatus + `,"splash":{"splashRequired":true,"splashText":"<p>Secret</p>","acceptText":"I agree",
		"displayType":"DISPLAY_EVERYTIME","splashType":"PUBLIC"}}`
	optionalSplash = `{` + okStatus + `,"splash":{"splashRequired":"F","splashText":"Welcome"}}`
	allow          = `{"status":{"code":201,"message":"The entities have been created"},"state":"ALLOW"}`
)

func TestSplash(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       intralinks.Splash
	}{
		{"required", requiredSplash, intralinks.Splash{Present: true, Required: true, Type: "PUBLIC",
			DisplayType: "DISPLAY_EVERYTIME", AcceptText: "I agree", Text: "<p>Secret</p>"}},
		{"optional", optionalSplash, intralinks.Splash{Present: true, Text: "Welcome"}},
		{"none", noSplash, intralinks.Splash{}},
		{"null", `{"splash":null}`, intralinks.Splash{}},
		{"empty", `{"splash":{}}`, intralinks.Splash{}},
		{"empty list", `{"splash":[]}`, intralinks.Splash{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			s.answers(inExchange("/splash"), reply(200, tt.body))
			got, err := s.client(t).Splash(t.Context(), exchange)
			if err != nil || got != tt.want {
				t.Errorf("Splash = %+v, %v", got, err)
			}
			if hash := got.TextHash(); (hash == "") != (tt.want.Text == "") {
				t.Errorf("TextHash = %q", hash)
			}
		})
	}
}

func TestEnter(t *testing.T) {
	gone := `{"status":{"code":400,"subcode":"3-1"},"errors":[{"code":400,"subCode":"3-1"}]}`
	state := func(s string) http.HandlerFunc {
		return reply(201, `{"status":{"code":201},"state":"`+s+`"}`)
	}
	for _, tt := range []struct {
		name   string
		get    http.HandlerFunc
		accept bool
		post   http.HandlerFunc
		posted string // the body; "" if nothing may be posted
		state  string // of the EntryError; "-" for none
		class  intralinks.Class
	}{
		{"no splash", reply(200, noSplash), false, reply(201, allow), `{"acceptSplash":false}`, "-", ""},
		{"optional splash without consent", reply(200, optionalSplash), false, reply(201, allow), `{"acceptSplash":false}`, "-", ""},
		{"required splash with consent", reply(200, requiredSplash), true, reply(201, allow), `{"acceptSplash":true}`, "-", ""},
		{"allowed by HTTP 200", reply(200, noSplash), false, reply(200, allow), `{"acceptSplash":false}`, "-", ""},
		{"required splash without consent", reply(200, requiredSplash), false, nil, "", "ACCEPT_SPLASH", intralinks.NotEntered},
		{"server wants it accepted after all", reply(200, noSplash), false, state("ACCEPT_SPLASH"), `{"acceptSplash":false}`,
			"ACCEPT_SPLASH", intralinks.NotEntered},
		{"one-time password", reply(200, requiredSplash), true, state("ONE_TIME_PASSWORD"), `{"acceptSplash":true}`,
			"ONE_TIME_PASSWORD", intralinks.NotEntered},
		{"content declaration", reply(200, noSplash), true, state("CONTENT_DECLARATION_REQUIRED"), `{"acceptSplash":true}`,
			"CONTENT_DECLARATION_REQUIRED", intralinks.NotEntered},
		{"a state that nobody knows", reply(200, noSplash), true, state("allow"), `{"acceptSplash":true}`, "allow", intralinks.NotEntered},
		{"no state", reply(200, noSplash), true, reply(201, `{"status":{"code":201}}`), `{"acceptSplash":true}`, "", intralinks.NotEntered},
		{"splash not found, exchange open", reply(400, gone), false, reply(201, allow), `{"acceptSplash":false}`, "-", ""},
		{"splash is a 404 page", replyAs(404, "text/html", "<html>"), false, reply(201, allow), `{"acceptSplash":false}`, "-", ""},
		{"exchange not found", reply(400, gone), false, reply(400, gone), `{"acceptSplash":false}`, "-", intralinks.NotFoundOrDenied},
		{"allowed, yet with errors", reply(200, noSplash), false,
			reply(201, `{"state":"ALLOW","errors":[{"code":401,"subCode":"1-1-3"}]}`), `{"acceptSplash":false}`, "-", intralinks.Denied},
		{"splash denied", reply(401, `{"errors":[{"code":401,"subCode":"1-1-3"}]}`), true, nil, "", "-", intralinks.Denied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			posted := ""
			s.mux.HandleFunc("GET "+inExchange("/splash"), tt.get)
			s.mux.HandleFunc("POST "+inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Content-Type") != "application/json" {
					t.Errorf("Content-Type = %q", r.Header.Get("Content-Type"))
				}
				body, _ := io.ReadAll(r.Body)
				posted = string(body)
				tt.post(w, r)
			})
			err := s.client(t).Enter(t.Context(), exchange, intralinks.Entry{AcceptSplash: tt.accept})
			wantClass(t, err, tt.class)
			if posted != tt.posted {
				t.Errorf("posted %q, want %q", posted, tt.posted)
			}
			entry, refused := errors.AsType[*intralinks.EntryError](err)
			if refused != (tt.state != "-") || refused && (entry.State != tt.state || entry.Exchange != exchange) {
				t.Errorf("error = %#v, want state %q", err, tt.state)
			}
		})
	}
}

func TestRoomEntersOnceBeforeItsFirstCall(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`}`))
	c := s.client(t)
	for range 3 {
		if _, err := collect(c.Room(exchange, intralinks.Entry{}).Folders(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash",
		"GET /7100015/folders", "GET /7100015/folders", "GET /7100015/folders")
}

func TestRoomEntersAgainOnceWhenItFindsItselfOutside(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"),
		reply(200, `{`+okStatus+`}`), reply(303, notEntered), reply(200, `{"folder":{"id":1}}`))
	room := s.room(t)
	for range 2 {
		if _, err := collect(room.Folders(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/folders",
		"GET /7100015/folders", "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/folders")
}

func TestRoomGivesUpWhenEntryDoesNotHelp(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"HTTP 303":        reply(303, notEntered),
		"303 in HTTP 200": reply(200, notEntered),
		"303 with nothing in it, and a Location": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t).open()
			s.answers(inExchange("/documents"), answer)
			_, err := collect(s.room(t).Documents(t.Context()))
			wantClass(t, err, intralinks.NotEntered)
			wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/documents",
				"GET /7100015/splash", "POST /7100015/splash", "GET /7100015/documents")
		})
	}
}

func TestRoomWithoutConsentReadsNothing(t *testing.T) {
	s := newService(t)
	s.answers(inExchange("/splash"), splash(requiredSplash, allow))
	c := s.client(t)
	_, err := collect(c.Room(exchange, intralinks.Entry{}).Folders(t.Context()))
	entry, ok := errors.AsType[*intralinks.EntryError](err)
	if !ok || entry.State != intralinks.StateAcceptSplash {
		t.Fatalf("error = %v", err)
	}
	if !strings.Contains(err.Error(), "7100015") || !strings.Contains(err.Error(), "ACCEPT_SPLASH") {
		t.Errorf("error = %v", err)
	}
	wantSeen(t, s, "GET /7100015/splash")
}

func TestConsentIsPartOfTheRoom(t *testing.T) {
	s := newService(t).open()
	c := s.client(t)
	with, without := c.Room(exchange, intralinks.Entry{AcceptSplash: true}), c.Room(exchange, intralinks.Entry{})
	if with == without || with != c.Room(exchange, intralinks.Entry{AcceptSplash: true}) {
		t.Error("a Room belongs to one exchange and one consent")
	}
}

func TestManyCallersOutsideEnterTogether(t *testing.T) {
	const callers = 16
	var entries, inside atomic.Int64
	var outside sync.WaitGroup // until every caller has been told that it is outside
	outside.Add(callers)
	s := newService(t)
	s.answers(inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			entries.Add(1)
		}
		splash(noSplash, allow)(w, r)
	})
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, r *http.Request) {
		if inside.Add(1) <= callers {
			outside.Done()
			outside.Wait()
			reply(303, notEntered)(w, r)
			return
		}
		reply(200, `{`+okStatus+`}`)(w, r)
	})
	room := s.room(t)
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			if _, err := collect(room.Folders(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := entries.Load(); got != 2 {
		t.Errorf("entered %d times, want 2: before the first call, and for all who were outside", got)
	}
}

func TestEntrySurvivesTheRenewalOfTheToken(t *testing.T) {
	// An entry dies with its token: after the renewal, the server says 303.
	s := newService(t)
	enteredWith := ""
	s.answers(inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			enteredWith = r.Header.Get("Authorization")
		}
		splash(noSplash, allow)(w, r)
	})
	valid := "Bearer token-1"
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Authorization") {
		case valid:
			if enteredWith != valid {
				reply(303, notEntered)(w, r)
				return
			}
			reply(200, `{"folder":[{"id":1}]}`)(w, r)
		default:
			reply(401, `{"status":"Unauthorized","error":{"code":401,"description":"invalid access token: Bearer x"}}`)(w, r)
		}
	})
	room := s.room(t)
	for _, valid = range []string{"Bearer token-1", "Bearer token-2"} {
		if items, err := collect(room.Folders(t.Context())); err != nil || len(items) != 1 {
			t.Fatalf("%s: %v, %v", valid, items, err)
		}
	}
}

func TestEntryPostIsJSON(t *testing.T) {
	s := newService(t)
	var sent struct {
		AcceptSplash *bool `json:"acceptSplash"`
	}
	s.answers(inExchange("/splash"), func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			dec := json.NewDecoder(r.Body)
			dec.DisallowUnknownFields()
			if err := dec.Decode(&sent); err != nil {
				t.Error(err)
			}
		}
		splash(requiredSplash, allow)(w, r)
	})
	if err := s.client(t).Enter(t.Context(), exchange, intralinks.Entry{AcceptSplash: true}); err != nil {
		t.Fatal(err)
	}
	if sent.AcceptSplash == nil || !*sent.AcceptSplash {
		t.Errorf("acceptSplash = %v", sent.AcceptSplash)
	}
}
