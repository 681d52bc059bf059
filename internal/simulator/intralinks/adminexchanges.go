package intralinks

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func (s *Server) adminExchanges(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, map[string]any{"exchanges": s.Exchanges()})
}

// generate asks for a room that is made up, see dataroom.Size.
type generate struct {
	Seed      int64 `json:"seed"`
	Documents int   `json:"documents"`
	Folders   int   `json:"folders"`
	Depth     int   `json:"depth"`
	FileSize  int64 `json:"fileSize"`
	Oddities  bool  `json:"oddities"`
}

func (s *Server) adminAddExchange(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Exchange
		Generate *generate `json:"generate"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	if err := wanted.Exchange.check(); err != nil {
		control.WriteError(w, http.StatusBadRequest, err)
		return
	}
	if g := wanted.Generate; g != nil {
		wanted.Exchange.Room = dataroom.Generated(g.Seed, dataroom.Size{
			Documents: g.Documents, Folders: g.Folders, Depth: g.Depth, FileSize: g.FileSize, Oddities: g.Oddities,
		})
	}
	control.WriteJSON(w, http.StatusCreated, s.AddExchange(wanted.Exchange))
}

// exchangeEdit changes what it names.
type exchangeEdit struct {
	Name          *string `json:"name"`
	Description   *string `json:"description"`
	Host          *string `json:"host"`
	Phase         *string `json:"phase"`
	Type          *string `json:"type"`
	SecurityLevel *int    `json:"securityLevel"`
	Splash        *bool   `json:"splash"`
	SplashText    *string `json:"splashText"`
	EntryState    *string `json:"entryState"`
	Restricted    *string `json:"restricted"`
	Inaccessible  *bool   `json:"inaccessible"`
	SingleSession *bool   `json:"singleSession"`
	Closed        *bool   `json:"closed"`
}

func (edit exchangeEdit) apply(e *Exchange) {
	assign(&e.Name, edit.Name)
	assign(&e.Description, edit.Description)
	assign(&e.Host, edit.Host)
	assign(&e.Phase, edit.Phase)
	assign(&e.Type, edit.Type)
	assign(&e.SecurityLevel, edit.SecurityLevel)
	assign(&e.Splash, edit.Splash)
	assign(&e.SplashText, edit.SplashText)
	assign(&e.EntryState, edit.EntryState)
	assign(&e.Restricted, edit.Restricted)
	assign(&e.Inaccessible, edit.Inaccessible)
	assign(&e.SingleSession, edit.SingleSession)
	assign(&e.Closed, edit.Closed)
}

func (s *Server) adminEditExchange(w http.ResponseWriter, r *http.Request) {
	var edit exchangeEdit
	if !control.ReadJSON(w, r, &edit) {
		return
	}
	id, err := strconv.ParseInt(r.PathValue("exchange"), 10, 64)
	before, ok := s.exchange(id)
	if err != nil || !ok {
		noExchange(w, r)
		return
	}
	edit.apply(&before)
	if err := before.check(); err != nil {
		control.WriteError(w, http.StatusBadRequest, err)
		return
	}
	s.EditExchange(id, edit.apply)
	w.WriteHeader(http.StatusNoContent)
}

func noExchange(w http.ResponseWriter, r *http.Request) {
	control.WriteError(w, http.StatusNotFound,
		fmt.Errorf("there is no exchange %q; GET /_sim/exchanges lists them", r.PathValue("exchange")))
}

// entryStates are the states that entering can answer (Intralinks developer portal;
// OTP_DELIVERY_OPTION was recorded by the Intralinks Python SDK).
var entryStates = []string{
	stateAllow, "ACCEPT_SPLASH", "ONE_TIME_PASSWORD", "OTP_DELIVERY_OPTION", "SECURITY_QUESTION", "CONTENT_DECLARATION_REQUIRED",
}

// check returns what is wrong with an exchange that somebody wrote; empty fields
// take their defaults.
func (e Exchange) check() error {
	e = e.withDefaults()
	switch {
	case e.Name == "":
		return errors.New("an exchange needs a name")
	case !slices.Contains([]string{phaseOpen, phasePreparation, phaseHold}, e.Phase):
		return errors.New("phase is OPEN, PREPARATION or HOLD")
	case e.Type != typeOrdinary && e.Type != typeLegacy:
		return errors.New("type is ARC or IL5")
	case e.SecurityLevel < 1 || e.SecurityLevel > 6:
		return errors.New("securityLevel is 1 to 6")
	case e.EntryState != "" && !slices.Contains(entryStates, e.EntryState):
		return fmt.Errorf("entryState is empty or one of %q", entryStates)
	}
	return nil
}

func (s *Server) adminRevoke(w http.ResponseWriter, _ *http.Request) {
	s.RevokeTokens()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) adminTakeOver(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Email string `json:"email"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	if !s.TakeOver(wanted.Email) {
		control.WriteError(w, http.StatusNotFound, errors.New("there is no account of that e-mail address"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
