package console

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

const (
	// sessionTime is how long a session lasts at most; it ends with its token, if that is sooner.
	sessionTime = 12 * time.Hour
	// idleTime is how long a session lasts that nobody uses.
	idleTime = time.Hour
	// maxSessions bounds how many there are; the one that was idle the longest makes room.
	maxSessions = 1000
)

// session is somebody who is signed in. Nothing of it is written anywhere.
type session struct {
	*person

	// form is in every form of a page, and proves that the form is of a page of this session.
	form string
	ends time.Time
	used time.Time
	// proxied: the token comes with each request, from a proxy; there is no cookie to take back.
	proxied bool
}

// ownForm tells whether a form's proof is this session's.
func (s *session) ownForm(proof string) bool {
	return subtle.ConstantTimeCompare([]byte(s.form), []byte(proof)) == 1
}

// digest is what a session is kept under, so that no memory holds the cookie itself.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// sessions are those who are signed in.
type sessions struct {
	clock clock.PassiveClock

	mu   sync.Mutex
	kept map[digest]*session
}

func newSessions(c clock.PassiveClock) *sessions {
	return &sessions{clock: c, kept: map[digest]*session{}}
}

// begin keeps a session and gives the secret that names it.
func (s *sessions) begin(p *person) (secret string, kept *session) {
	secret = randomText()
	return secret, s.keep(digestOf(secret), p)
}

func (s *sessions) keep(under digest, p *person) *session {
	now := s.clock.Now()
	kept := &session{person: p, form: randomText(), used: now, ends: now.Add(sessionTime)}
	if end, ok := endOf(p.token); ok && end.Before(kept.ends) {
		kept.ends = end
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if len(s.kept) >= maxSessions {
		s.dropIdlest()
	}
	s.kept[under] = kept
	return kept
}

// find gives the session of a secret; nil where there is none any more.
func (s *sessions) find(under digest) *session {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.kept[under]
	if found == nil || found.over(now) {
		delete(s.kept, under)
		return nil
	}
	found.used = now
	return found
}

func (s *sessions) end(ended *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for under, kept := range s.kept {
		if kept == ended {
			delete(s.kept, under)
		}
	}
}

func (s *session) over(now time.Time) bool { return !now.Before(s.ends) || now.Sub(s.used) >= idleTime }

func (s *sessions) sweep(now time.Time) {
	for under, kept := range s.kept {
		if kept.over(now) {
			delete(s.kept, under)
		}
	}
}

func (s *sessions) dropIdlest() {
	var idlest digest
	var since time.Time
	for under, kept := range s.kept {
		if since.IsZero() || kept.used.Before(since) {
			idlest, since = under, kept.used
		}
	}
	delete(s.kept, idlest)
}

// randomText is 256 bits that nobody can guess.
func randomText() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// endOf reads when a JSON Web Token ends. The API server has found the token good before; nothing is believed here that it
// hasn't seen, and a token of another form has no end that is known.
func endOf(token string) (time.Time, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	var known struct {
		Expires float64 `json:"exp"`
	}
	if json.Unmarshal(claims, &known) != nil || known.Expires <= 0 {
		return time.Time{}, false
	}
	return time.Unix(int64(known.Expires), 0), true
}
