//! Pages that stand where a list should be.

use super::Page;
use crate::column::Family;

fn html(text: &str) -> Page {
    Page::html(text, Family::Trs)
}

/// A guard that wants a script to be run and a cookie to be set, with status 200.
pub(crate) fn challenge() -> Page {
    html(
        "<html><head><meta charset=\"utf-8\"></head><body><script>\nvar arg1='8F3D3E0A7C1B4F52A90D6E11B7C2D4E85A6F0912';\n\
         function setCookie(name,value){var d=new Date();d.setTime(d.getTime()+3600000);document.cookie=name+\"=\"+value+\";expires=\"+d.toGMTString()+\";path=/\";}\n\
         function reload(x){setCookie(\"acw_sc__v2\",x);document.location.reload();}\n\
         (function(){var p=[15,35,29,24,33,16,1,38,10,9,19,31,40,27,22,23,25,13,6,11],o=[];for(var i=0;i<arg1.length;i++){for(var j=0;j<p.length;j++){if(p[j]==i+1){o[j]=arg1[i];}}}reload(o.join(''));})();\n\
         </script><noscript>请启用 JavaScript 后继续访问</noscript></body></html>\n",
    )
}

/// A gateway's refusal, sent with status 412.
pub(crate) fn gateway() -> Page {
    html(
        "<html><head><meta charset=\"utf-8\"><title>访问被拒绝</title></head><body><h1>您的访问请求被拦截</h1>\
         <p>您的请求存在异常，已被网站安全防护系统拦截。如有疑问请联系网站管理员。</p><p>Event ID: 5202-0108-7c1f</p></body></html>\n",
    )
}

/// A maintenance notice, sent with status 200.
pub(crate) fn maintenance() -> Page {
    html(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/><title>系统维护中</title></head><body><div class=\"tip\">\
         <h2>网站系统维护公告</h2><p>尊敬的用户：为提供更好的服务，本网站正在进行系统升级维护，暂时无法访问，给您带来不便，敬请谅解！</p>\
         </div></body></html>\n",
    )
}

/// 「页面不存在」 with status 200.
pub(crate) fn soft_missing() -> Page {
    html(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/><title>404-页面不存在</title></head><body><div class=\"err\">\
         <p>对不起，您访问的页面不存在、已被删除或暂时不可用</p><p><a href=\"/\">返回首页</a></p></div></body></html>\n",
    )
}

/// A page that sends its reader to `target`.
pub(crate) fn moved(target: &str) -> Page {
    html(&format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/><meta http-equiv=\"refresh\" content=\"0;URL={target}\"/>\
         <title>正在跳转</title></head><body>栏目已迁移，正在跳转……</body></html>\n"
    ))
}

/// A page that wants to know who is there, sent with status 200 instead of the list.
pub(crate) fn login() -> Page {
    html(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/><title>统一身份认证平台</title></head><body>\
         <form id=\"login\" action=\"/cas/login\" method=\"post\"><h2>用户登录</h2><p><label>用户名：<input type=\"text\" name=\"username\"/></label></p>\
         <p><label>密码：<input type=\"password\" name=\"password\"/></label></p><p><input type=\"submit\" value=\"登录\"/></p></form></body></html>\n",
    )
}
