package intralinks

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// transport answers without a network.
type transport func(*http.Request) (status int, contentType, body string)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	status, contentType, body := f(r)
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// Whatever a server sends for a splash screen and for the answer to it: consent is posted only where it was
// given, nothing is posted where it is wanted and was not given, and only the word ALLOW opens the door.
func FuzzEntry(f *testing.F) {
	const allow = `{"status":{"code":201},"state":"ALLOW"}`
	for _, splash := range []string{
		`{"status":{"code":200},"splash":{"acceptText":"I agree","displayType":"DISPLAY_EVERYTIME","splashRequired":true,"splashText":"<p>NDA</p>","splashType":"PUBLIC"}}`,
		`{"status":{"code":200},"splash":{"splashRequired":false}}`, `{"splash":[{"splashRequired":"T"}]}`, `{"splash":null}`, `{"splash":[]}`, `{"splash":{}}`, `{"splash":{"splashRequired":true}}`, `{}`,
		`{"splash":[{},{"splashRequired":true}]}`, `{"splash":"none"}`, `{"splash":{"splashRequired":"maybe"}}`, `[]`, ``,
	} {
		f.Add(false, 200, splash, 201, allow)
		f.Add(true, 200, splash, 201, allow)
	}
	for _, state := range []string{
		`{"state":"ACCEPT_SPLASH"}`, `{"state":"ONE_TIME_PASSWORD"}`, `{"state":null}`, `{"state":["ALLOW"]}`, `{"errors":[{"code":500}],"state":"ALLOW"}`, `<ALLOW/>`, ``,
	} {
		f.Add(true, 200, `{"splash":{"splashRequired":true}}`, 201, state)
	}
	f.Add(false, 400, `{"errors":[{"code":400,"subCode":"3-1"}]}`, 201, allow)
	f.Add(false, 404, `<html></html>`, 201, allow)
	f.Add(true, 200, `{}`, 403, allow)
	f.Add(true, 200, `{}`, 401, ``)
	f.Fuzz(func(t *testing.T, accept bool, splashStatus int, splash string, postStatus int, post string) {
		if splashStatus < 200 || splashStatus > 599 || postStatus < 200 || postStatus > 599 {
			return // no answers, says net/http
		}
		var posted []string
		c := newClient(t, func(r *http.Request) (int, string, string) {
			if r.Method == http.MethodGet {
				return splashStatus, "application/json", splash
			}
			body, _ := io.ReadAll(r.Body)
			posted = append(posted, string(body))
			return postStatus, "application/json", post
		})
		err := c.Enter(t.Context(), 7100015, Entry{AcceptSplash: accept})
		if err != nil {
			checkText(t, err.Error())
		}
		consent := asJSON(map[string]bool{"acceptSplash": accept})
		renewed := postStatus == http.StatusUnauthorized // then it is posted once more, with another token
		if len(posted) > 2 || len(posted) > 1 && !renewed || strings.Join(posted, "") != strings.Repeat(consent, len(posted)) {
			t.Errorf("posted %q", posted)
		}
		if splashStatus == 200 && requires(splash) && !accept && (len(posted) > 0 || ClassOf(err) != NotEntered) {
			t.Errorf("the splash screen must be accepted; posted %q, %v", posted, err)
		}
		if err == nil && (len(posted) == 0 || !allows(postStatus, post)) {
			t.Errorf("entered by %q", post)
		}
		if err == nil && reports(post) {
			t.Errorf("entered by a failure, %q", post)
		}
	})
}

func newClient(t *testing.T, answers transport) *Client {
	t.Helper()
	c, err := New(Options{
		BaseURL: "https://api.example", HTTPClient: &http.Client{Transport: answers}, RetryDelay: time.Nanosecond,
		Tokens: bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			return &oauth2.Token{AccessToken: "token", Expiry: time.Now().Add(time.Hour)}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// requires reads the plain case: one splash screen that says true.
func requires(body string) bool {
	var answer map[string]any
	_ = json.Unmarshal([]byte(body), &answer)
	splash, _ := answer["splash"].(map[string]any)
	return splash["splashRequired"] == true && len(splash) == 1 && len(answer) == 1
}

func reports(body string) bool {
	var answer map[string]any
	_ = json.Unmarshal([]byte(body), &answer)
	list, _ := answer["errors"].([]any)
	return len(list) > 0
}

func allows(status int, body string) bool {
	var answer map[string]any
	_ = json.Unmarshal([]byte(body), &answer)
	state, _ := answer["state"].(string)
	letters := func(r rune) rune {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			return r
		}
		return -1
	}
	return status/100 == 2 && strings.Map(letters, state) == StateAllow
}
