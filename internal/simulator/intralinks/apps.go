package intralinks

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// RegisterCallback sets the callback of an application, as Intralinks does on
// request; empty takes it away.
func (s *Server) RegisterCallback(key, callback string) error {
	if u, err := url.Parse(callback); err != nil || (callback != "" && (u.Host == "" || u.Fragment != "")) {
		return errors.New("callback is a whole URL without a fragment, such as https://operator.firm.example/auth/callback")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	app, ok := s.apps[key]
	if !ok {
		return fmt.Errorf("there is no application with the API key %q", key)
	}
	app.Callback = callback
	s.apps[key] = app
	return nil
}

func (s *Server) adminEditApp(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Callback *string `json:"callback"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	if wanted.Callback == nil {
		control.WriteError(w, http.StatusBadRequest, errors.New("callback is missing"))
		return
	}
	if err := s.RegisterCallback(r.PathValue("key"), *wanted.Callback); err != nil {
		control.WriteError(w, http.StatusBadRequest, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
