package intralinks

import (
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// What the simulator accepts unless Options say otherwise. All invented.
const (
	DefaultAPIKey    = "abcdef1234567890"
	DefaultAPISecret = "simulated-api-secret"
	DefaultEmail     = "operator@firm.example"
	DefaultPassword  = "simulated-password"
)

// App is a registered application: an API key with its secret.
type App struct {
	Key    string `json:"key"`
	Secret string `json:"secret"`
	// Versions are the versions of the sign-in API that the key is issued for:
	// "v2", "v3" or both, which is the default.
	Versions []string `json:"versions,omitempty"`
	// Callback is the address that is registered for it, to which people who have
	// signed in go back. Without one, nobody can sign in for the application.
	Callback string `json:"callback,omitempty"`
}

func (a App) allows(version string) bool {
	return len(a.Versions) == 0 || slices.Contains(a.Versions, version)
}

// Account is a person or a service account. Every account sees the same.
type Account struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	// SingleSession disallows concurrent sign-ins of the account.
	SingleSession bool `json:"singleSession,omitempty"`
}

// Exchange is one exchange and who may enter it how.
type Exchange struct {
	// ID is given by the simulator when it is 0.
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Description shows where one exchange is asked for, not in lists.
	Description string `json:"description"`
	// Host is the organisation that runs the exchange.
	Host string `json:"host"`
	// Phase is OPEN (the default), PREPARATION or HOLD.
	Phase string `json:"phase"`
	// Type is ARC (the default) or IL5, a legacy exchange.
	Type string `json:"type"`
	// SecurityLevel is 1 (the default) to 6; 5 asks a security question and 6 for a
	// one-time password at entry, 2 to 4 where the risk is high (Intralinks
	// developer portal).
	SecurityLevel int `json:"securityLevel"`
	// Splash tells that a text has to be accepted at every entry.
	Splash bool `json:"splash"`
	// SplashText is that text, HTML; the default is a sentence about confidence.
	SplashText string `json:"splashText"`
	// EntryState is what entering answers once the splash is accepted; the default
	// follows from SecurityLevel and is ALLOW for most.
	EntryState string `json:"entryState"`
	// Restricted, if set, is the message with which content is refused.
	Restricted string `json:"restricted"`
	// Inaccessible exchanges are neither listed nor told from missing ones.
	Inaccessible bool `json:"inaccessible"`
	// SingleSession disallows concurrent sign-ins of all who see the exchange.
	SingleSession bool `json:"singleSession"`
	// Closed tells that the exchange was closed, which deletes its content.
	Closed bool `json:"closed"`
	// Room is what lies in the exchange; the default is an empty room.
	Room *dataroom.Room `json:"-"`

	edits int
}

// Options configure a Server. The zero Options are those of a demonstration.
type Options struct {
	// Exchanges default to DefaultExchanges of the generated room.
	Exchanges []Exchange
	// Apps default to one with DefaultAPIKey, for both versions of sign-in.
	Apps []App
	// Accounts default to one with DefaultEmail.
	Accounts []Account
	// Clock defaults to time.Now. /_sim/clock moves ahead of it.
	Clock func() time.Time
	// Seed makes tokens and error ids, the same for the same seed.
	Seed int64
}

// DefaultExchanges are Project Heron, which asks to accept a splash and holds the
// room, Project Merlin, which does not, and two that share the name Project
// Osprey. A nil room stands for the generated one.
func DefaultExchanges(heron *dataroom.Room) []Exchange {
	if heron == nil {
		heron = dataroom.Generated(1, dataroom.Size{})
	}
	small := dataroom.Size{Documents: 6, Folders: 2}
	return []Exchange{
		{ID: 7100015, Name: "Project Heron", Host: "Example LLP", Splash: true, Room: heron},
		{ID: 7100025, Name: "Project Merlin", Host: "Example LLP", Room: dataroom.Generated(2, small)},
		{ID: 7100035, Name: "Project Osprey", Host: "Example LLP", Room: dataroom.Generated(3, small)},
		{ID: 7100045, Name: "Project Osprey", Host: "Sample & Partners", Phase: phasePreparation, Room: dataroom.Generated(4, small)},
	}
}

func (o Options) withDefaults() Options {
	if o.Exchanges == nil {
		o.Exchanges = DefaultExchanges(nil)
	}
	if o.Apps == nil {
		o.Apps = []App{{Key: DefaultAPIKey, Secret: DefaultAPISecret}}
	}
	if o.Accounts == nil {
		o.Accounts = []Account{{Email: DefaultEmail, Password: DefaultPassword}}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

func (e Exchange) withDefaults() Exchange {
	if e.Phase == "" {
		e.Phase = phaseOpen
	}
	if e.Type == "" {
		e.Type = typeOrdinary
	}
	if e.SecurityLevel == 0 {
		e.SecurityLevel = 1
	}
	if e.SplashText == "" {
		e.SplashText = "<p>By entering you agree to keep all that you find here confidential.</p>"
	}
	if e.Room == nil {
		e.Room = dataroom.New(e.ID)
	}
	return e
}
