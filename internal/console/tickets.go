package console

import (
	"encoding/json"
	"errors"
	"net/http"

	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/guard"
)

// issueTicket gives a program that has somebody's token a path that leads them in.
func (c *Console) issueTicket(w http.ResponseWriter, r *http.Request) {
	p, err := c.meetInTurn(r, guard.TokenOf(r))
	secret := ""
	if err == nil {
		secret, err = c.tickets.issue(p)
	}
	switch {
	case err == nil:
		answer(w, http.StatusOK, findings.ConsoleTicket{Path: Path + "enter?ticket=" + secret, User: p.name})
	case errors.Is(err, errToken):
		refuse(w, &findings.Error{Code: http.StatusUnauthorized, Reason: findings.UnauthorizedReason,
			Message: "send the token of a user or service account of this cluster as Authorization: Bearer; this one is missing, over, or unknown to the API server"})
	case errors.Is(err, errTickets):
		refuse(w, &findings.Error{Code: http.StatusTooManyRequests, Reason: findings.BusyReason, Message: err.Error()})
	default:
		c.Log.Error(err, "a ticket for the console")
		refuse(w, &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.UnavailableReason,
			Message: "the API server can't be asked who you are; ask again in a moment"})
	}
}

func refuse(w http.ResponseWriter, why *findings.Error) {
	if why.Code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	answer(w, why.Code, why)
}

func answer(w http.ResponseWriter, status int, with any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(with) // who doesn't read it can't be told
}
