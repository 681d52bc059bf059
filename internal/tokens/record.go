package tokens

import (
	"context"
	"time"

	"golang.org/x/oauth2"
	corev1 "k8s.io/api/core/v1"
)

// suffix of the Secret's name.
const suffix = "-intralinks-token"

// Documented lifetimes (Intralinks developer portal), where the answer doesn't tell.
const (
	accessLifetime  = time.Hour
	refreshLifetime = 30 * 24 * time.Hour
)

// Loss is why there is no refresh token.
type Loss string

// Losses.
const (
	// NeverHad: Intralinks gave none; the grant isn't enabled for the API key.
	NeverHad Loss = "NeverHad"
	// NotEnabled: Intralinks gave one, and doesn't let the API key use it.
	NotEnabled Loss = "NotEnabled"
	// Refused: Intralinks refused it.
	Refused Loss = "Refused"
	// OutcomeUnknown: a renewal broke off, and the service may have replaced the refresh token.
	OutcomeUnknown Loss = "OutcomeUnknown"
)

// Record is what is known of a sign-in. Its JSON is for a sign-in that awaits a confirmation.
type Record struct {
	AccessToken string `json:"accessToken"`
	// AccessFrom and AccessUntil bound the life of the access token.
	AccessFrom  time.Time `json:"accessTokenObtainedAt"`
	AccessUntil time.Time `json:"accessTokenExpiresAt"`
	// RefreshToken is empty where there is none; Lost tells why.
	RefreshToken string    `json:"refreshToken,omitempty"`
	RefreshUntil time.Time `json:"refreshTokenExpiresAt,omitzero"`
	Lost         Loss      `json:"refreshTokenLost,omitempty"`
	// Stays: the service was seen to renew and keep the refresh token, so sending it twice does no harm.
	Stays bool `json:"refreshTokenStays,omitempty"`
	// Account is the e-mail of who signed in; empty where the service doesn't tell.
	Account string `json:"account,omitempty"`
	// ObtainedAt is when the person signed in. It tells one sign-in from the next.
	ObtainedAt time.Time `json:"obtainedAt"`
	// Service is what the tokens are good for. They are sent nowhere else.
	Service string `json:"service"`
	// Renewing marks a renewal under way.
	Renewing string `json:"-"`
}

// NewRecord makes a Record of the tokens that a sign-in brought at a time, for a service.
func NewRecord(token *oauth2.Token, service string, at time.Time) Record {
	r := Record{ObtainedAt: at.UTC(), Service: service, Lost: NeverHad}
	r.Account, _ = token.Extra("email").(string)
	return r.with(token, at)
}

// with takes over what an answer brought.
func (r Record) with(token *oauth2.Token, at time.Time) Record {
	lifetime := accessLifetime
	if token.ExpiresIn > 0 {
		lifetime = time.Duration(token.ExpiresIn) * time.Second
	}
	r.AccessToken, r.AccessFrom, r.AccessUntil = token.AccessToken, at.UTC(), at.UTC().Add(lifetime)
	if token.RefreshToken == "" {
		return r
	}
	if token.RefreshToken != r.RefreshToken {
		r.RefreshUntil = at.UTC().Add(refreshLifetime)
	}
	if seconds, ok := token.Extra("refresh_expires_in").(int64); ok && seconds > 0 {
		r.RefreshUntil = at.UTC().Add(time.Duration(seconds) * time.Second)
	}
	r.RefreshToken, r.Lost = token.RefreshToken, ""
	return r
}

// renewed takes over what a renewal brought.
func (r Record) renewed(token *oauth2.Token, at time.Time) Record {
	r.Stays = token.RefreshToken == "" || token.RefreshToken == r.RefreshToken
	if email, ok := token.Extra("email").(string); ok && email != "" {
		r.Account = email
	}
	return r.with(token, at)
}

// without the refresh token, which is lost.
func (r Record) without(why Loss) Record {
	r.RefreshToken, r.RefreshUntil, r.Lost = "", time.Time{}, why
	return r
}

// Until is when the sign-in ends unless it is renewed.
func (r Record) Until() time.Time {
	if r.RefreshToken != "" {
		return r.RefreshUntil
	}
	return r.AccessUntil
}

// Usable tells whether there is anything left to work with. A refresh token counts also beyond its time, which is
// documented and not told: the service has the last word.
func (r Record) Usable(now time.Time) bool {
	return r.RefreshToken != "" || r.AccessToken != "" && now.Before(r.AccessUntil)
}

// Stored is a Record as it stands in its Secret.
type Stored struct {
	Record
	secret *corev1.Secret
}

// SecretName is the name of the Secret.
func (s *Stored) SecretName() string { return s.secret.Name }

// Load reads the record of an integration; an empty one where nobody has signed in.
func (s *Secrets) Load(ctx context.Context, owner Owner) (*Stored, error) {
	secret, err := s.Get(ctx, owner, suffix)
	if err != nil {
		return nil, err
	}
	stored := &Stored{secret: secret}
	for key, field := range stored.texts() {
		*field = string(secret.Data[key])
	}
	for key, field := range stored.times() {
		// What a person has spoilt is a time long gone.
		*field, _ = time.Parse(time.RFC3339Nano, string(secret.Data[key]))
	}
	stored.Lost = Loss(secret.Data[lostKey])
	stored.Stays = string(secret.Data[staysKey]) == "true"
	return stored, nil
}

// Save writes a record over the one that was loaded, and fails with ErrConflict if another one stands there by now.
func (s *Secrets) Save(ctx context.Context, over *Stored, r Record) (*Stored, error) {
	next := &Stored{Record: r, secret: over.secret.DeepCopy()}
	data := map[string][]byte{}
	for key, field := range next.texts() {
		if *field != "" {
			data[key] = []byte(*field)
		}
	}
	for key, field := range next.times() {
		if !field.IsZero() {
			data[key] = []byte(field.UTC().Format(time.RFC3339Nano))
		}
	}
	if r.Lost != "" {
		data[lostKey] = []byte(r.Lost)
	}
	if r.Stays {
		data[staysKey] = []byte("true")
	}
	next.secret.Data = data
	return next, s.Put(ctx, next.secret)
}

// Clear forgets the record of an integration.
func (s *Secrets) Clear(ctx context.Context, stored *Stored) error {
	return s.Empty(ctx, stored.secret)
}

const (
	lostKey  = "refreshTokenLost"
	staysKey = "refreshTokenStays"
)

func (s *Stored) texts() map[string]*string {
	return map[string]*string{
		"accessToken": &s.AccessToken, "refreshToken": &s.RefreshToken, "account": &s.Account,
		"service": &s.Service, "renewalUnderWay": &s.Renewing,
	}
}

func (s *Stored) times() map[string]*time.Time {
	return map[string]*time.Time{
		"accessTokenObtainedAt": &s.AccessFrom, "accessTokenExpiresAt": &s.AccessUntil,
		"refreshTokenExpiresAt": &s.RefreshUntil, "obtainedAt": &s.ObtainedAt,
	}
}
