-- Any value that the operator hasn't handled yet asks for a link; status.signInURL has it.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["dataroom.dev/sign-in-requested-at"] = os.date("!%Y-%m-%dT%XZ")
return obj
