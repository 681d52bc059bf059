package intralinks

import (
	"net/http"
)

// revoke is PUT /v2/oauth/revoke, by form or by query, with a bearer as well.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.signedIn(func(*call) {
		if !s.parseForm(w, r, []string{"token", "client_id", "client_secret"}) {
			return
		}
		if _, ok := s.client(w, r.Form); !ok {
			return
		}
		token := r.Form.Get("token")
		if !s.endByToken(token) {
			failToken(w, "Bearer "+token)
			return
		}
		writeJSON(w, http.StatusOK, object{"message": "The token has been revoked", "token": token, "cascade": "true"})
	})(w, r)
}

// revokeV3 is POST /v3/apis/il-iam/oauth/revoke, which nothing tells of; it looks
// like the token call beside it (inferred).
func (s *Server) revokeV3(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := s.decodeV3(r, &body); err != nil {
		s.failV3(w, http.StatusBadRequest, err.Error())
		return
	}
	if _, ok := s.clientV3(w, r); !ok {
		return
	}
	if !s.endByToken(body.Data.Token) {
		s.failV3(w, http.StatusBadRequest, "The token is not valid")
		return
	}
	writeJSON(w, http.StatusOK, object{
		"_links":  object{"self": object{"href": r.URL.Path}},
		"_status": object{"code": http.StatusOK, "message": "OK"},
	})
}

// endByToken ends the session of an access or refresh token. It returns false where
// there is none.
func (s *Server) endByToken(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions.byAccess[token]
	if x == nil {
		x = s.sessions.byRefresh[token]
	}
	if x == nil {
		return false
	}
	x.ended = revoked
	s.stats.TokensRevoked++
	return true
}
